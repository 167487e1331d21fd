"""A stand-in for `report-assistant add`: tells progress, then adds nothing; `empty.txt` fails."""

import json
import sys
import time
from pathlib import Path

pairs = [pair for flag, pair in zip(sys.argv, sys.argv[1:], strict=False) if flag == "--name"]
names = {path: name for path, _, name in (pair.partition("=") for pair in pairs)}
files = sys.argv[-len(names) :]
results = []
for file in files:
    for done, step in enumerate(("read", "split", "embed", "store", "done")):
        print(json.dumps({"file": file, "step": step, "done": done, "total": 4}), file=sys.stderr, flush=True)
        time.sleep(0.3)
    if Path(file).name == "empty.txt":
        error = {"code": "FileEmpty", "message": f"{names[file]}: the file is empty.", "message_vi": f"{names[file]}: tệp rỗng."}
        results.append({"path": file, "status": "failed", "report": None, "error": error})
    else:
        results.append({"path": file, "status": "added", "report": {"id": "new", "title": names[file]}, "error": None})
print(json.dumps({"results": results}))
