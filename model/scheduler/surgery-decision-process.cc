/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-decision-process.h"

#include "ns3/assert.h"
#include "ns3/log.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-type-names.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("DecisionProcess");

NS_OBJECT_ENSURE_REGISTERED(DecisionProcess);

namespace
{

/// @return the names of all processes
TypeNames
GetTypeNames()
{
    return {DecisionProcess::GetTypeId(), "Scheduler", "scheduler"};
}

} // namespace

TypeId
DecisionProcess::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::DecisionProcess")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddAttribute(
                "DecisionDelay",
                "A random variable with the simulated time between a decision and its effect, in "
                "seconds; values below 0 count as 0. A timestep during a decision is skipped.",
                StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                MakeOwnObjectAccessor(&DecisionProcess::m_decisionDelay),
                MakeOwnObjectChecker<RandomVariableStream>());
    return tid;
}

DecisionProcess::DecisionProcess()
{
    NS_LOG_FUNCTION(this);
}

DecisionProcess::~DecisionProcess()
{
    NS_LOG_FUNCTION(this);
}

void
DecisionProcess::DoDispose()
{
    NS_LOG_FUNCTION(this);
    Stop();
    m_decisionDelay = nullptr;
    Object::DoDispose();
}

void
DecisionProcess::Start(const std::string& processor, SendCallback send, DoneCallback done)
{
    NS_LOG_FUNCTION(this << processor);
    m_processor = processor;
    m_send = send;
    m_done = done;
}

void
DecisionProcess::Stop()
{
    NS_LOG_FUNCTION(this);
    Cancel();
    m_send = SendCallback();
    m_done = DoneCallback();
}

void
DecisionProcess::Begin(const Game& game, const HeldShares& held, Time timestep)
{
    NS_LOG_FUNCTION(this << game.players.size() << timestep);
    NS_ASSERT_MSG(!IsRunning(), "a decision is under way");
    DoBegin(game, held, timestep);
}

bool
DecisionProcess::IsRunning() const
{
    return !m_reportEvent.IsExpired() || DoIsRunning();
}

void
DecisionProcess::Cancel()
{
    NS_LOG_FUNCTION(this);
    m_reportEvent.Cancel();
    DoCancel();
}

void
DecisionProcess::Forget(uint32_t device)
{
    NS_LOG_FUNCTION(this << device);
}

bool
DecisionProcess::IsDecentralized() const
{
    return false;
}

bool
DecisionProcess::NeedsShares() const
{
    return true;
}

bool
DecisionProcess::WantsGaps() const
{
    return false;
}

bool
DecisionProcess::HandleMessage(uint32_t device, const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << device << header);
    return false;
}

int64_t
DecisionProcess::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    m_decisionDelay->SetStream(stream);
    return 1 + DoAssignStreams(stream + 1);
}

std::vector<std::string>
DecisionProcess::GetNames()
{
    return GetTypeNames().GetNames();
}

Ptr<DecisionProcess>
DecisionProcess::Create(const std::string& name)
{
    return DynamicCast<DecisionProcess>(GetTypeNames().Create(name));
}

void
DecisionProcess::Finish(const Game& game, const Outcome& outcome)
{
    NS_LOG_FUNCTION(this << game.players.size());
    m_reportEvent = Simulator::Schedule(BoundTime(m_decisionDelay->GetValue()),
                                        &DecisionProcess::Report,
                                        this,
                                        game,
                                        outcome);
}

void
DecisionProcess::Report(const Game& game, const Outcome& outcome)
{
    NS_LOG_FUNCTION(this << game.players.size());
    m_done(game, outcome);
}

void
DecisionProcess::Send(uint32_t device, const SurgeryHeader& header) const
{
    m_send(device, header);
}

void
DecisionProcess::SetServer(uint32_t server)
{
    m_server = server;
}

uint32_t
DecisionProcess::GetServer() const
{
    return m_server;
}

void
DecisionProcess::SetHostWork(const HostWork& work)
{
    m_hostWork = work;
}

const HostWork&
DecisionProcess::GetHostWork() const
{
    return m_hostWork;
}

void
DecisionProcess::SetPostedPrice(double priceS)
{
    m_postedPriceS = priceS;
}

double
DecisionProcess::GetPostedPrice() const
{
    return m_postedPriceS;
}

const std::string&
DecisionProcess::GetProcessor() const
{
    return m_processor;
}

void
DecisionProcess::SetDevicesMayLeave(bool mayLeave)
{
    m_mayLeave = mayLeave;
}

bool
DecisionProcess::MayDevicesLeave() const
{
    return m_mayLeave;
}

bool
DecisionProcess::DoIsRunning() const
{
    return false;
}

void
DecisionProcess::DoCancel()
{
}

int64_t
DecisionProcess::DoAssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    return 0;
}

} // namespace surgery
} // namespace ns3
