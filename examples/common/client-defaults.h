/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLIENT_DEFAULTS_H
#define CLIENT_DEFAULTS_H

#include <string>

/**
 * @param name of an attribute of InferenceClient
 * @return whether somebody set its default, on the command line for example, to whatever value, and
 * it was not reset since
 */
bool IsClientDefaultSet(const std::string& name);

#endif // CLIENT_DEFAULTS_H
