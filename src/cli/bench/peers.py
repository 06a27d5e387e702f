"""Runs a peer over pictures or captures: one JSON line per answer, CPU time and memory measured here.

    peers.py rapidocr | tesseract     paths of PNG files on standard input, one per line
    peers.py mss COUNT SERVER_PID     captures $DISPLAY

CPU is user and system time of this process and its children for that picture alone; loading a
model is not counted. Memory is the highest resident set of the process that did the work.
"""

import json
import os
import resource
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def own_peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def words_of_line(text, box):
    """Splits a line at its spaces, each word as wide as its share of the characters."""
    left, top, width, height = box
    step = width / max(len(text), 1)
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append({"text": word, "box": [left + at * step, top, len(word) * step, height]})
        at += len(word)
    return words


def box_around(points):
    xs, ys = [float(p[0]) for p in points], [float(p[1]) for p in points]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


class RapidOcr:
    def __init__(self):
        import logging

        logging.disable(logging.INFO)
        import cv2
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)
        engine = "EngineConfig.onnxruntime."
        self.engine = RapidOCR(
            params={engine + "intra_op_num_threads": 1, engine + "inter_op_num_threads": 1, "Global.log_level": "error"}
        )

    def read(self, path):
        found = self.engine(path)
        boxes = found.boxes if found.boxes is not None else []
        texts = found.txts if found.txts is not None else []
        return [word for box, text in zip(boxes, texts) for word in words_of_line(text, box_around(box))]

    def peak(self):
        return own_peak()


class Tesseract:
    def __init__(self):
        subprocess.run(["tesseract", "--version"], capture_output=True, check=True)

    def read(self, path):
        command = ["tesseract", path, "-", "--psm", "11", "tsv"]
        table = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")
        rows = [row.split("\t") for row in table.splitlines()[1:]]
        rows = [row for row in rows if len(row) == 12 and row[0] == "5" and row[11].strip()]
        return [{"text": row[11], "box": [float(n) for n in row[6:10]]} for row in rows]

    def peak(self):
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def read_all(peer):
    for line in sys.stdin:
        path = line.rstrip("\n")
        begun, started = cpu(), time.monotonic()
        words = peer.read(path)
        answer = {"path": path, "words": words, "cpu_s": cpu() - begun, "wall_s": time.monotonic() - started}
        print(json.dumps({**answer, "peak_mib": peer.peak()}), flush=True)


def server_cpu(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def capture(count, server):
    import mss

    with mss.mss() as screen:
        monitor = screen.monitors[0]
        screen.grab(monitor)
        begun, server_begun = cpu(), server_cpu(server)
        for _ in range(count):
            screen.grab(monitor)
        answer = {"cpu_s": (cpu() - begun) / count, "server_cpu_s": (server_cpu(server) - server_begun) / count}
        print(json.dumps(answer))


def main():
    try:
        if sys.argv[1] == "mss":
            capture(int(sys.argv[2]), sys.argv[3])
        else:
            read_all(RapidOcr() if sys.argv[1] == "rapidocr" else Tesseract())
    except (ImportError, FileNotFoundError) as lack:
        sys.exit(f"{sys.argv[1]} is not installed: {lack}")


main()
