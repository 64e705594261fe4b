/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "run-status.h"

#include "end-signals.h"

#include "ns3/ptr.h"
#include "ns3/simulator.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace ns3
{
namespace surgery
{

namespace
{

/// What the file begins with; the state follows.
const std::string HEAD = "{\"schema\": \"dnn-surgery/status/1\",\n";

/// Bytes of the simulated time, blanks and the line's end included.
constexpr std::size_t TIME_BYTES = 64;

/// Characters of a reason, more than any message of this module has without the user's names.
constexpr std::size_t MAX_REASON = 300;

/// How much simulated time, and time on the clock, may pass until rows are written out.
const Time FLUSH_INTERVAL = Seconds(1);
constexpr std::chrono::milliseconds FLUSH_CLOCK{250};

/// The runs that are under way. @return them
std::set<RunStatus*>&
GetOpen()
{
    static std::set<RunStatus*> open;
    return open;
}

/// @param text a line @param bytes how long it must be @return the line, filled up with blanks
std::string
FillUp(std::string text, std::size_t bytes)
{
    text.resize(bytes - 1, ' ');
    return text + '\n';
}

/// The line of the state. @param state in words @param reason in words @return the line
std::string
DescribeState(const std::string& state, std::string reason)
{
    for (reason.resize(std::min(reason.size(), MAX_REASON));; reason.pop_back())
    {
        using Json = nlohmann::json;
        // what is no UTF-8, in a path for instance, must not end the run
        const auto quoted = Json(reason).dump(-1, ' ', true, Json::error_handler_t::replace);
        const auto line = " \"state\": \"" + state + "\", \"reason\": " + quoted + ",";
        // characters that are escaped are longer
        if (line.size() < EndSignals::STATE_BYTES)
        {
            return FillUp(line, EndSignals::STATE_BYTES);
        }
    }
}

/// A program that returns from main, or calls exit, in the middle of a run.
void
HandleExit()
{
    RunStatus::CutOffAll("the program ended before Simulator::Destroy");
}

} // namespace

RunStatus::RunStatus(const std::string& folder)
    : m_path(folder + "/status.json")
{
    // not over an old one, whose run may still be under way
    std::remove(m_path.c_str());
    m_file = open(m_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (m_file < 0)
    {
        throw std::invalid_argument(m_path + ": cannot write this file");
    }
    flock(m_file, LOCK_EX | LOCK_NB);
    static const bool isRegistered = (GetOpen(), std::atexit(HandleExit) == 0);
    static_cast<void>(isRegistered);
    try
    {
        Overwrite(0, HEAD + DescribeState("running", ""));
        WriteTime();
    }
    catch (const std::runtime_error& error)
    {
        close(m_file);
        throw std::invalid_argument(error.what());
    }
    GetOpen().insert(this);
    EndSignals::Watch(m_file, static_cast<long>(HEAD.size()), &DescribeState);
    // the tables are closed only when the last reference to the traced objects is gone
    Simulator::ScheduleDestroy(&RunStatus::End, Ptr<RunStatus>(this));
}

RunStatus::~RunStatus()
{
    Close();
}

void
RunStatus::Add(const Flush& flush)
{
    if (m_file >= 0)
    {
        m_flushes.push_back(flush);
    }
}

void
RunStatus::Write(const Flush& write)
{
    Try(write);
    if (m_file < 0)
    {
        return; // rows that come after the end
    }
    m_now = Simulator::Now();
    if (m_now - m_flushed >= FLUSH_INTERVAL ||
        std::chrono::steady_clock::now() - m_clock >= FLUSH_CLOCK)
    {
        Try([this] { FlushAll(); });
    }
}

void
RunStatus::CutOff(const std::string& reason)
{
    if (m_file < 0)
    {
        return;
    }
    const Ptr<RunStatus> alive(this); // the tables may hold the last references
    try
    {
        Overwrite(static_cast<long>(HEAD.size()), DescribeState("cut off", reason));
        FlushAll();
    }
    catch (const std::runtime_error&)
    {
        // the reason is there already, or cannot be told
    }
    Close();
}

void
RunStatus::CutOffAll(const std::string& reason)
{
    while (!GetOpen().empty())
    {
        (*GetOpen().begin())->CutOff(reason);
    }
}

void
RunStatus::End()
{
    if (m_file < 0)
    {
        return;
    }
    m_now = Simulator::Now();
    Try([this] { FlushAll(); });
    // other files, such as the capture, are closed by what was scheduled meanwhile, and may fail
    Simulator::ScheduleDestroy(&RunStatus::Finish, Ptr<RunStatus>(this));
}

void
RunStatus::Finish()
{
    if (m_file >= 0)
    {
        Try([this] {
            FlushAll();
            Overwrite(static_cast<long>(HEAD.size()), DescribeState("ended", ""));
        });
        Close();
    }
}

void
RunStatus::Try(const Flush& work)
{
    try
    {
        work();
    }
    catch (const std::runtime_error& error)
    {
        CutOff(error.what());
        throw;
    }
}

void
RunStatus::FlushAll()
{
    m_flushed = m_now;
    m_clock = std::chrono::steady_clock::now();
    for (const auto& flush : m_flushes)
    {
        flush();
    }
    WriteTime();
}

void
RunStatus::Close()
{
    if (m_file >= 0)
    {
        GetOpen().erase(this);
        EndSignals::Forget(m_file);
        close(m_file);
        m_file = -1;
        m_flushes.clear();
    }
}

void
RunStatus::WriteTime() const
{
    Overwrite(
        static_cast<long>(HEAD.size() + EndSignals::STATE_BYTES),
        FillUp(" \"simulated_ns\": " + std::to_string(m_now.GetNanoSeconds()) + "}", TIME_BYTES));
}

void
RunStatus::Overwrite(long offset, const std::string& text) const
{
    if (pwrite(m_file, text.data(), text.size(), offset) != static_cast<ssize_t>(text.size()))
    {
        throw std::runtime_error(m_path + ": cannot write this file");
    }
}

} // namespace surgery
} // namespace ns3
