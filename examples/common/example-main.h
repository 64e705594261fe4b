/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXAMPLE_MAIN_H
#define EXAMPLE_MAIN_H

#include <functional>
#include <string>

/**
 * Do the work of an example, and turn exceptions into one line on the standard error and an exit
 * code. Every example's main ends with it.
 *
 * @param name of the example
 * @param work what it does
 * @return 0 if it was done; 2 if a setting is wrong (std::invalid_argument); 1 if it failed
 */
int RunExample(const std::string& name, const std::function<void()>& work);

#endif // EXAMPLE_MAIN_H
