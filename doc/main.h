/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @mainpage dnn-surgery
 *
 * An ns-3 module: mobile devices run deep neural networks (DNNs), each cut between the device and
 * an edge server that all of them share. The manual tells the model and how to use it
 * (doc/dnn-surgery.rst, or ../manual/index.html beside these pages); here is the reference of all
 * classes, those of tests and examples left out.
 *
 * Where to begin:
 * - ns3::surgery::MecServerHelper and ns3::surgery::InferenceClientHelper install the applications
 *   ns3::surgery::MecServer and ns3::surgery::InferenceClient;
 * - ns3::surgery::AccessNetwork builds all that lies between them in one call;
 * - ns3::surgery::TableHelper writes what happens into files;
 * - ns3::surgery::SurgeryScheduler is the base of schedulers;
 * - ns3::surgery::Game, ns3::surgery::SolveEquilibrium and ns3::surgery::Evaluate are the game
 *   without a network.
 *
 * Units are in the names: `S` and `Seconds` are s, `Bps` is bit/s, `Bytes` is byte; shares are
 * parts of the server, 0 to 1. What throws `std::invalid_argument` does so with one line that names
 * the file, field or attribute and the range it may have.
 */

/**
 * @namespace ns3
 * @ingroup dnn-surgery
 *
 * The namespace of ns-3, in which all of its modules are.
 */

/**
 * @namespace ns3::surgery
 * @ingroup dnn-surgery
 *
 * All classes of this module. Those of model/core use nothing of ns-3.
 */
