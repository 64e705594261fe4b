/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-external-scheduler.h"

#include "command-words.h"
#include "external-answer.h"
#include "external-messages.h"
#include "external-process.h"
#include "line-stream.h"

#include "ns3/integer.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-fixed-attribute.h"

#include <chrono>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ExternalScheduler");

NS_OBJECT_ENSURE_REGISTERED(ExternalScheduler);

namespace
{

/// How long a program that is about to end may take to tell why on its standard error, and to end.
constexpr std::chrono::milliseconds DYING{3000};

/// @param descriptor of a file @return whether it is a connected stream socket
bool
IsStreamSocket(int descriptor)
{
    int type = 0;
    socklen_t size = sizeof(type);
    sockaddr_storage peer{};
    socklen_t peerSize = sizeof(peer);
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM &&
           getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peerSize) == 0;
}

} // namespace

/// What was measured since the last decision.
struct ExternalScheduler::Measured
{
    Measurements devices; ///< by id
};

TypeId
ExternalScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ExternalScheduler")
            .SetParent<SurgeryScheduler>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<ExternalScheduler>()
            .AddAttribute(
                "Command",
                "The program that decides, with its arguments: words separated by "
                "blanks, with quotes around those that have blanks, or a list of "
                "strings in JSON. Either this or Descriptor is needed.",
                StringValue(""),
                MakeFixedAttributeAccessor(&ExternalScheduler::IsConnected,
                                           MakeStringAccessor(&ExternalScheduler::SetCommand,
                                                              &ExternalScheduler::GetCommand)),
                MakeStringChecker())
            .AddAttribute(
                "Descriptor",
                "Number of an open file descriptor: a connected stream socket whose "
                "other end decides. -1: none.",
                IntegerValue(-1),
                MakeFixedAttributeAccessor(&ExternalScheduler::IsConnected,
                                           MakeIntegerAccessor(&ExternalScheduler::m_descriptor)),
                MakeIntegerChecker<int64_t>(-1, 1 << 20))
            .AddAttribute("Timeout",
                          "Wall-clock time that an answer may take, the start of the program "
                          "included, and that the program may take to end; 0s: no limit.",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&ExternalScheduler::m_timeout),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute(
                "Advice",
                "Name of a scheduler whose decisions are sent along, such as dds or "
                "dads[AmongOffloading=true]; empty: none.",
                StringValue(""),
                MakeStringAccessor(&ExternalScheduler::SetAdvice, &ExternalScheduler::GetAdvice),
                MakeStringChecker());
    return tid;
}

ExternalScheduler::ExternalScheduler()
{
    NS_LOG_FUNCTION(this);
}

ExternalScheduler::~ExternalScheduler()
{
    NS_LOG_FUNCTION(this);
    End();
}

// ATTRIBUTES

bool
ExternalScheduler::IsConnected() const
{
    return m_stream != nullptr;
}

void
ExternalScheduler::SetCommand(std::string command)
{
    m_words = SplitCommand(command);
    m_command = std::move(command);
}

std::string
ExternalScheduler::GetCommand() const
{
    return m_command;
}

void
ExternalScheduler::SetAdvice(std::string advice)
{
    m_adviser = advice.empty() ? nullptr : SurgeryScheduler::Create(advice);
    m_advice = std::move(advice);
}

std::string
ExternalScheduler::GetAdvice() const
{
    return m_advice;
}

// DEVICES

bool
ExternalScheduler::WantsGaps() const
{
    if (!m_adviser)
    {
        return false;
    }
    m_adviser->SetDevicesMayLeave(MayDevicesLeave());
    return m_adviser->WantsGaps();
}

void
ExternalScheduler::Forget(uint32_t device)
{
    SurgeryScheduler::Forget(device);
    if (m_adviser)
    {
        m_adviser->Forget(device);
    }
    if (m_messages)
    {
        m_messages->Forget(device);
    }
}

void
ExternalScheduler::TellMeasurements()
{
    m_measured = std::make_unique<Measured>();
}

void
ExternalScheduler::AddMeasurement(uint32_t device, Time latency)
{
    if (!m_measured)
    {
        return;
    }
    auto& measurement = m_measured->devices[device];
    if (latency.IsNegative())
    {
        ++measurement.dropped;
        return;
    }
    ++measurement.completed;
    measurement.latencySumS += latency.GetSeconds();
}

int64_t
ExternalScheduler::DoAssignStreams(int64_t stream)
{
    // an adviser gets the streams that it would have in this scheduler's place, so that its
    // decisions are the same; it does not draw from the first one, its own decision delay
    return m_adviser ? m_adviser->AssignStreams(stream - 1) - 1 : 0;
}

// CONVERSATION

Outcome
ExternalScheduler::Decide(const Game& game)
{
    NS_LOG_FUNCTION(this << game.players.size() << game.capacity);
    const auto advice = Advise(game);
    if (game.players.empty())
    {
        return advice; // there is nothing to ask
    }
    const auto isFirst = !m_stream;
    if (isFirst)
    {
        Connect();
    }
    try
    {
        if (isFirst)
        {
            CheckHello(m_stream->Ask(m_messages->MakeHello(GetProcessor())),
                       ExternalMessages::PROTOCOL);
        }
        return Ask(game, advice);
    }
    catch (const ProgramEnds& error)
    {
        Fail(error.what(), DYING);
    }
    catch (const std::runtime_error& error)
    {
        Fail(error.what(), std::chrono::milliseconds(0));
    }
}

void
ExternalScheduler::Connect()
{
    NS_LOG_FUNCTION(this);
    if (m_words.empty() == (m_descriptor < 0))
    {
        throw std::invalid_argument("ExternalScheduler: needs either Command or Descriptor");
    }
    const auto timeout =
        std::chrono::milliseconds(static_cast<int64_t>(std::ceil(1e3 * m_timeout.GetSeconds())));
    if (!m_words.empty())
    {
        m_process = std::make_unique<ExternalProcess>(m_words);
        m_stream = std::make_unique<LineStream>(m_process->GetDescriptor(), true, timeout);
    }
    else
    {
        const auto descriptor = static_cast<int>(m_descriptor);
        if (!IsStreamSocket(descriptor))
        {
            throw std::invalid_argument(
                "ExternalScheduler: Descriptor: " + std::to_string(descriptor) +
                " is no connected stream socket");
        }
        m_stream = std::make_unique<LineStream>(descriptor, false, timeout);
    }
    m_messages = std::make_unique<ExternalMessages>(GetServer());
}

Outcome
ExternalScheduler::Advise(const Game& game) const
{
    if (!m_adviser)
    {
        return {};
    }
    m_adviser->SetDevicesMayLeave(MayDevicesLeave());
    return m_adviser->Decide(game);
}

Outcome
ExternalScheduler::Ask(const Game& game, const Outcome& advice)
{
    const auto question = m_messages->MakeQuestion(game,
                                                   Simulator::Now().GetSeconds(),
                                                   m_adviser ? &advice : nullptr,
                                                   m_measured ? &m_measured->devices : nullptr);
    if (m_measured)
    {
        m_measured->devices.clear();
    }
    return m_messages->ReadAnswer(m_stream->Ask(question), game);
}

void
ExternalScheduler::Fail(const std::string& what, std::chrono::milliseconds patience)
{
    const auto verdict = m_process ? m_process->WaitForEnd(patience) : "";
    const auto name = GetProgramName();
    m_process = nullptr; // ends the program, before it can complain about the connection
    m_stream = nullptr;
    std::ostringstream words;
    words << "ExternalScheduler: " << name << ' ' << what << ", at "
          << Simulator::Now().GetSeconds() << " s of simulated time"
          << (verdict.empty() ? "" : "; it ") << verdict;
    throw std::runtime_error(words.str());
}

std::string
ExternalScheduler::GetProgramName() const
{
    return m_process ? '"' + m_command + '"'
                     : "the program at descriptor " + std::to_string(m_descriptor);
}

void
ExternalScheduler::DoCancel()
{
    if (m_messages)
    {
        m_messages->ForgetAll();
    }
}

void
ExternalScheduler::DoDispose()
{
    NS_LOG_FUNCTION(this);
    SurgeryScheduler::DoDispose();
    End();
    if (m_adviser)
    {
        m_adviser->Dispose();
    }
    m_adviser = nullptr;
}

void
ExternalScheduler::End()
{
    if (m_stream)
    {
        try
        {
            m_stream->Send(m_messages->MakeEnd());
        }
        catch (const std::runtime_error& error)
        {
            NS_LOG_INFO(GetProgramName() << ' ' << error.what());
        }
    }
    m_stream = nullptr;
    if (m_process)
    {
        constexpr std::chrono::hours FOREVER{24 * 365};
        const auto limit = std::chrono::milliseconds(m_timeout.GetMilliSeconds());
        m_process->WaitForEnd(m_timeout.IsZero() ? FOREVER : limit);
    }
    m_process = nullptr;
}

} // namespace surgery
} // namespace ns3
