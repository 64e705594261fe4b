#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Decides for bicycles.json as it is advised, and shows the protocol of external schedulers in its
shortest form; the package dnn_surgery has a class for it."""

import json
import os
import socket

with socket.socket(fileno=int(os.environ["DNN_SURGERY_SCHEDULER_FD"])) as end:
    with end.makefile("rw", encoding="utf-8", newline="\n") as stream:
        for line in stream:
            message = json.loads(line)
            if message["type"] == "hello":
                answer = {"type": "hello", "protocol": "dnn-surgery/scheduler/1"}
            elif message["type"] == "decide":
                answer = {"type": "decision", **message["advice"]}
            else:
                continue  # nobody waits for an answer
            stream.write(json.dumps(answer) + "\n")
            stream.flush()
