/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "example-main.h"

#include <exception>
#include <iostream>
#include <stdexcept>

int
RunExample(const std::string& name, const std::function<void()>& work)
{
    try
    {
        work();
        return 0;
    }
    catch (const std::invalid_argument& error)
    {
        std::cerr << name << ": " << error.what() << std::endl;
        return 2;
    }
    catch (const std::exception& error)
    {
        std::cerr << name << ": " << error.what() << std::endl;
        return 1;
    }
}
