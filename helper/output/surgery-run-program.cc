/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-run-program.h"

#include "ns3/surgery-table-output.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

int
RunProgram(const std::string& name, const std::function<void()>& work)
{
    const auto explain = [&name](std::string words, int code) {
        // one line, whatever names it has
        std::replace_if(
            words.begin(),
            words.end(),
            [](unsigned char letter) { return letter < ' '; },
            ' ');
        TableOutput::CutOff(words);
        std::cerr << name << ": " << words << std::endl;
        return code;
    };
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
        return explain(error.what(), 2);
    }
    catch (const std::exception& error)
    {
        return explain(error.what(), 1);
    }
}

} // namespace surgery
} // namespace ns3
