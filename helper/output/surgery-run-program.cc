/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-run-program.h"

#include "ns3/surgery-number-file.h"
#include "ns3/surgery-table-output.h"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// The program's name, for what is called without arguments.
std::string g_name;

/// Ends the program in a line, and without a core file: ns-3 has printed what it does not take.
[[noreturn]] void
EndAfterNs3()
{
    TableOutput::CutOff("ns-3 ended the program");
    std::cerr << g_name << ": ns-3 ended the program, for the reason above" << std::endl;
    std::_Exit(2);
}

/// Ends the program in a line if what ns-3 printed, such as a page of help, could not be written.
void
CheckOutput()
{
    if (!std::cout.flush())
    {
        std::cerr << g_name << ": cannot write what is to be printed" << std::endl;
        std::_Exit(1);
    }
}

} // namespace

int
RunProgram(const std::string& name, const std::function<void()>& work)
{
    const auto explain = [&name](const std::string& text, int code) {
        const auto words = ToOneLine(text);
        TableOutput::CutOff(words);
        std::cerr << name << ": " << words << std::endl;
        return code;
    };
    g_name = name;
    std::atexit(&CheckOutput);

    struct Terminate
    {
        Terminate() = default;
        Terminate(const Terminate&) = delete;
        Terminate& operator=(const Terminate&) = delete;

        ~Terminate()
        {
            std::set_terminate(before);
        }

        const std::terminate_handler before{std::set_terminate(&EndAfterNs3)};
    } const terminate;

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
