/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

#include <string>
#include <utility>
#include <vector>

/// Attributes of ns-3 by name, with values in text, in the order in which they are set.
using Attributes = std::vector<std::pair<std::string, std::string>>;

#endif // ATTRIBUTES_H
