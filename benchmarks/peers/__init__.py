"""The same job done by others, each in an environment of its own: `make bench-peers`, which runs `tools/peers.sh`.

A study is a folder: `requirements.txt` with what the peer is, `run.py` that prints its table and is given the python of
the peer's environment, and scripts that run in it.
"""
