/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef PLUGIN_H
#define PLUGIN_H

#include "ns3/surgery-program-options.h"

/**
 * Add the option --load=LIBRARY: a shared library whose types register themselves when it is
 * loaded, so that you can name your own schedulers, estimators and networks without building
 * anything anew (examples/my/my-scheduler.cc). It may be given more than once.
 *
 * @param options the command line
 */
void AddPluginOption(ns3::surgery::ProgramOptions& options);

#endif // PLUGIN_H
