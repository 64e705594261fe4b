/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "end-signals.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace ns3
{
namespace surgery
{

namespace
{

/// A signal that ends a program.
struct EndSignal
{
    int number;                                     ///< of the signal
    const char* reason;                             ///< why the run is cut off
    bool isTaken;                                   ///< whether it is handled here
    std::array<char, EndSignals::STATE_BYTES> text; ///< what the handler writes
};

/// What the handler reads. It is called at any moment, so the texts are made before.
std::array<EndSignal, 4> g_signals{{{SIGHUP, "its terminal was closed (SIGHUP)", false, {}},
                                    {SIGINT, "interrupted (SIGINT)", false, {}},
                                    {SIGPIPE, "who read its output has ended (SIGPIPE)", false, {}},
                                    {SIGTERM, "terminated (SIGTERM)", false, {}}}};

/// The files, -1 for none. More are not watched: they stay "running".
std::array<std::atomic<int>, 64> g_files{};

std::atomic<long> g_offset{0}; ///< of the text in the files
int g_watched{0};              ///< number of files

/// Write the text into all files, then end. @param number of the signal
extern "C" void
HandleEndSignal(int number)
{
    for (const auto& each : g_signals)
    {
        for (std::size_t i = 0; each.number == number && i < g_files.size(); ++i)
        {
            // descriptors are kept plus one, so that 0 is none
            if (const auto file = g_files[i].load() - 1; file >= 0)
            {
                // nothing can be done about a failure
                const auto ignored = pwrite(file, each.text.data(), each.text.size(), g_offset);
                static_cast<void>(ignored);
            }
        }
    }
    // SA_RESETHAND has restored what the signal does by itself
    raise(number);
}

/// @param number of a signal @return whether it does what it does by itself
bool
IsDefault(int number)
{
    struct sigaction action = {};
    return sigaction(number, nullptr, &action) == 0 && !(action.sa_flags & SA_SIGINFO) &&
           action.sa_handler == SIG_DFL;
}

/// @param number of a signal @param handler what to do at it
void
Handle(int number, void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = static_cast<int>(handler == HandleEndSignal ? SA_RESETHAND : 0);
    sigaction(number, &action, nullptr);
}

} // namespace

void
EndSignals::Watch(int file, long offset, Describe describe)
{
    g_offset = offset;
    const auto free = std::find(g_files.begin(), g_files.end(), 0);
    if (free == g_files.end())
    {
        return;
    }
    *free = file + 1;
    if (++g_watched > 1)
    {
        return;
    }
    for (auto& each : g_signals)
    {
        each.isTaken = IsDefault(each.number);
        if (each.isTaken)
        {
            std::memcpy(each.text.data(), describe("cut off", each.reason).data(), STATE_BYTES);
            Handle(each.number, HandleEndSignal);
        }
    }
    // for good: buffers may be written out later than the last file
    if (IsDefault(SIGXFSZ))
    {
        Handle(SIGXFSZ, SIG_IGN);
    }
}

void
EndSignals::Forget(int file)
{
    const auto found = std::find(g_files.begin(), g_files.end(), file + 1);
    if (found == g_files.end())
    {
        return;
    }
    *found = 0;
    if (--g_watched > 0)
    {
        return;
    }
    for (const auto& each : g_signals)
    {
        if (each.isTaken)
        {
            Handle(each.number, SIG_DFL);
        }
    }
}

} // namespace surgery
} // namespace ns3
