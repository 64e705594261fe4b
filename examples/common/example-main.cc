/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "example-main.h"

#include "ns3/surgery-table-output.h"

#include <exception>
#include <iostream>
#include <stdexcept>

int
RunExample(const std::string& name, const std::function<void()>& work)
{
    try
    {
        work();
        if (!std::cout.flush())
        {
            throw std::runtime_error("cannot write what is to be printed");
        }
        return 0;
    }
    catch (const std::invalid_argument& error)
    {
        ns3::surgery::TableOutput::CutOff(error.what());
        std::cerr << name << ": " << error.what() << std::endl;
        return 2;
    }
    catch (const std::exception& error)
    {
        ns3::surgery::TableOutput::CutOff(error.what());
        std::cerr << name << ": " << error.what() << std::endl;
        return 1;
    }
}
