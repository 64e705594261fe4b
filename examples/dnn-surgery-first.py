#!/usr/bin/env python3
#
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The scenario of dnn-surgery-first.cc, through ns-3's own Python bindings.

Prints the latency of each inference. Works in an ns-3 tree with its bindings (ns-3.37 or later and
the Python package cppyy):

    ./ns3 configure --enable-python-bindings ...
    ./ns3 build
    ./ns3 run contrib/dnn-surgery/examples/dnn-surgery-first.py

doc/python.md tells what can be done from Python and what cannot.
"""

import csv
import glob
import os
import sys
import tempfile


def fail(message):
    print(f"dnn-surgery-first.py: {message}", file=sys.stderr)
    sys.exit(2)


try:
    from ns import ns
except ModuleNotFoundError as error:
    fail(f"needs ns-3's Python bindings and cppyy, see doc/python.md ({error})")

PORT = 4600


def load_module():
    """ns-3 itself loads modules of contrib from ns-3.42 on."""
    if hasattr(ns, "surgery"):
        return
    build = os.path.join(os.path.dirname(sys.modules["ns"].__file__), "..", "..", "..")
    libraries = glob.glob(os.path.join(build, "lib", "libns3*-dnn-surgery*"))
    libraries = [path for path in libraries if "-dnn-surgery-test" not in path]
    if len(libraries) != 1:
        fail(f"one library of dnn-surgery must be in {os.path.normpath(build)}/lib")
    ns.cppyy.include("ns3/dnn-surgery-module.h")
    ns.cppyy.load_library(libraries[0])


def main():
    load_module()
    # a conversion that has had several names in the bindings
    ns.cppyy.cppdef(
        """ns3::Address GetSurgeryAddress(ns3::Ipv4Address address, uint16_t port)
           {
               return ns3::InetSocketAddress(address, port);
           }"""
    )
    address = ns.cppyy.gbl.GetSurgeryAddress

    # 1. Nodes, links, addresses
    server = ns.NodeContainer()
    server.Create(1)
    devices = ns.NodeContainer()
    devices.Create(2)
    internet = ns.InternetStackHelper()
    internet.Install(server)
    internet.Install(devices)
    links = ns.PointToPointHelper()
    links.SetChannelAttribute("Delay", ns.StringValue("5ms"))
    networks = ns.Ipv4AddressHelper()
    networks.SetBase(ns.Ipv4Address("10.1.0.0"), ns.Ipv4Mask("255.255.255.0"))
    remotes = []
    for i, rate in enumerate(["10Mbps", "50Mbps"]):
        links.SetDeviceAttribute("DataRate", ns.StringValue(rate))
        ends = links.Install(devices.Get(i), server.Get(0))
        remotes.append(address(networks.Assign(ends).GetAddress(1), PORT))
        networks.NewNetwork()

    # 2. The server, and a client on each device
    server_helper = ns.surgery.MecServerHelper(address(ns.Ipv4Address.GetAny(), PORT))
    server_helper.SetScheduler("dds")
    server_helper.SetAttribute("Timestep", ns.StringValue("500ms"))
    server_helper.Install(server)
    clients = ns.ApplicationContainer()
    for i, remote in enumerate(remotes):
        helper = ns.surgery.InferenceClientHelper(remote)
        helper.SetAttribute("Dnn", ns.StringValue("resnet50"))
        helper.SetAttribute("Processor", ns.StringValue("raspberry-pi-4"))
        helper.SetAttribute(
            "ThinkTime", ns.StringValue("ns3::ConstantRandomVariable[Constant=0.5]")
        )
        clients.Add(helper.Install(devices.Get(i)))
    clients.Stop(ns.Seconds(10))

    # 3. Results come as files: the bindings have no trace sinks in Python.
    with tempfile.TemporaryDirectory() as folder:
        tables = ns.surgery.TableHelper(folder)
        tables.EnableInferences(clients)
        ns.Simulator.Stop(ns.Seconds(10.001))
        ns.Simulator.Run()
        ns.Simulator.Destroy()
        path = os.path.join(folder, "inferences.csv")
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                print(f"device {row['device']}, inference {row['id']}: {row['outcome']}", end="")
                if row["outcome"] == "completed":
                    latency = int(row["result_received_ns"]) - int(row["created_ns"])
                    print(f" in {latency / 1e6:.1f} ms, cut: {row['cut']}", end="")
                print()


if __name__ == "__main__":
    main()
