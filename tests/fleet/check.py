#!/usr/bin/env python3
"""Is every answer what was planted, no more and no less, and was every bad file named?

    check.py planted.json what-export-told answers.json
"""

import json
import pathlib
import sys


def main():
    planted_path, told_path, answers_path = map(pathlib.Path, sys.argv[1:])
    planted = json.loads(planted_path.read_text())
    run = json.loads(answers_path.read_text())
    wrong = 0
    for bad in planted["bad"]:
        if bad not in told_path.read_text():
            wrong += 1
            print(f"export did not tell of {bad}")
    assert run["answers"].keys() == planted["answers"].keys(), "other queries than planted"
    for name, expected in planted["answers"].items():
        expected = sorted(map(json.dumps, expected))
        answer = sorted(map(json.dumps, run["answers"][name]))
        # An answer of nothing would prove nothing.
        is_right = answer == expected and len(expected) >= 3
        wrong += not is_right
        seconds = run["seconds"][name]
        verdict = "as planted" if is_right else "WRONG"
        print(f"{answers_path.stem:22} {name:11} {len(answer):4} rows  {seconds:6.2f} s  {verdict}")
        if not is_right:
            for row in sorted(set(expected) ^ set(answer))[:10]:
                print("   ", "missing" if row in expected else "invented", row)
    print(f"{answers_path.stem:22} {'(session)':11} {run['seconds']['open']:16.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
