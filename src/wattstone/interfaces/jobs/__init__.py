"""Work that takes longer than a request: kinds of jobs, the worker that claims them, the child process that runs one.

A job is asked for by the API, a form or the command line, waits in the queue of the server's records, is claimed by a
worker and run in a process of its own, as the person who asked for it. What a job writes is written by a workflow,
whole or not at all; so a job that is cancelled, or dies, can be asked for again.
"""
