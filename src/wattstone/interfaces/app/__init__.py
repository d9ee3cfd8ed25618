"""The server: API and pages as one application, in as many processes as are asked for, with workers beside them.

    wattstone serve     supervisor    binds the address, starts and restarts the processes, stops them in order
                          web ...     build_app(service) under uvicorn; all of them accept on the one socket
                          worker ...  claims jobs from the queue; each job runs in a process of its own

What the processes share is the folder that is served, the records of the server, and the folder of the metrics.
"""
