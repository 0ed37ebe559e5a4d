"""A real OpenAI-compatible server in its own process: llama.cpp with the small demo model.

Run as ``python -m tests.contract.model_server.llama_process KEY``; prints its address and serves until its
standard input closes.
"""

import sys

from functions.model_server.upstreams.smollm import smollm_path, start_llama

if __name__ == "__main__":
    server = start_llama(smollm_path(), threads=1, context_tokens=2048, api_key=sys.argv[1])
    print(server.listening_address, flush=True)
    sys.stdin.read()
