"""GradBench's evals by PyTorch: one JSON request per line on stdin, one JSON answer per line on stdout.

{"module", "function", "input", "runs"} answers {"output", "times"}, the seconds of each run, or {"error"}. One thread.
The evals are those that the goldens come from.
"""

import json
import os
import sys
import time
from pathlib import Path

import torch

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent / "gradbench" / "goldens"))
import chain  # noqa: E402
import torch_evals  # noqa: E402

torch.set_num_threads(1)
clock = time.process_time if os.environ.get("THROUGHLINE_BENCH_CLOCK") == "cpu" else time.perf_counter
MODULES = torch_evals.MODULES | {"lstm": chain.MODULE}


def answer(module, function, input, runs):
    work = MODULES[module][function](input)
    times = []
    output = work()
    for _ in range(runs):
        start = clock()
        output = work()
        times.append(clock() - start)
    return {"output": torch_evals.plain(output), "times": times}


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(answer(**json.loads(line))), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)}), flush=True)
