/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "served-device.h"

#include "ns3/dnn-cut.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-latency.h"
#include "ns3/surgery-line.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Number of finished jobs of a device that are kept, in case their results must be sent again.
constexpr std::size_t FINISHED_JOBS_KEPT = 32;

/// @param one some options @param other some options @return whether they have the same cuts
bool
AreEqual(const Options& one, const Options& other)
{
    if (!one || !other)
    {
        return one == other;
    }
    return std::equal(one->begin(),
                      one->end(),
                      other->begin(),
                      other->end(),
                      [](const Option& a, const Option& b) {
                          return a.frontier == b.frontier && a.penaltyS == b.penaltyS;
                      });
}

/// @param dnn a DNN @return size of its weights at 32 bits, byte
uint64_t
GetWeightBytes(const DnnGraph& dnn)
{
    const auto& layers = dnn.GetLayers();
    return std::accumulate(
        layers.begin(),
        layers.end(),
        uint64_t{0},
        [](uint64_t sum, const DnnLayer& layer) { return sum + layer.weightBytes; });
}

} // namespace

// LIFE

ServedDevice::ServedDevice(const HostWork& hostWork)
    : m_hostWork(hostWork)
{
}

ServedDevice::~ServedDevice()
{
    for (auto& entry : m_jobs)
    {
        entry.second.hostWork.Cancel();
    }
}

void
ServedDevice::HandleHello(const Hello& hello, Options options)
{
    m_hello = hello;
    if (!AreEqual(m_options, options))
    {
        m_options = std::move(options);
        m_dnns.clear();
        m_models.clear();
        for (const auto& variant : m_options ? GetVariants(hello) : Variants())
        {
            const auto* costs = FindCosts(static_cast<uint32_t>(m_dnns.size()));
            m_models[variant.dnn] = GetWeightBytes(costs->GetDnn());
            m_dnns.push_back(variant.dnn);
        }
        m_lastGrant = {};
        m_awaitsModel = false;
    }
    HandleSign();
    if (hello.role == ConnectionRole::DATA)
    {
        m_dataIdleSince = Time(); // nothing was sent over this connection before
    }
}

void
ServedDevice::HandleSign()
{
    m_heard = Simulator::Now();
}

bool
ServedDevice::IsSilent(uint64_t received, Time timeout)
{
    // tensors on their way are a sign of life, however long they take
    if (std::exchange(m_dataReceived, received) != received && received > 0)
    {
        HandleSign();
    }
    return Simulator::Now() - m_heard >= timeout;
}

// GAME

void
ServedDevice::HandleState(const State& state, uint64_t bytes)
{
    m_state = state;
    m_hasState = true;
    m_stateBytes = static_cast<uint32_t>(bytes);
    m_stateDelay = bytes > 0 ? Simulator::Now() - NanoSeconds(state.sentNs) : NanoSeconds(-1);
}

bool
ServedDevice::HasState() const
{
    return m_hasState;
}

bool
ServedDevice::IsLeaving() const
{
    return m_state.leaving != 0;
}

bool
ServedDevice::IsChoosing() const
{
    return m_hello.attendance == Attendance::CHOOSING;
}

void
ServedDevice::HandleAdmission()
{
    m_hello.attendance = Attendance::CHOOSING;
    HandleSign();
}

const LayerCosts*
ServedDevice::FindCosts(uint32_t variant) const
{
    return m_options && variant < m_options->size() ? &(*m_options)[variant].frontier->GetCosts()
                                                    : nullptr;
}

std::string
ServedDevice::GetDnn(uint32_t variant) const
{
    return variant < m_dnns.size() ? m_dnns[variant] : "";
}

const ServedDevice::Models&
ServedDevice::GetModels() const
{
    return m_models;
}

const Options&
ServedDevice::GetOptions() const
{
    return m_options;
}

Player
ServedDevice::MakePlayer(double share, Time lease) const
{
    Player player;
    player.device = m_hello.deviceId;
    if (!m_options)
    {
        return player;
    }
    player.options = m_options;
    player.link = {m_state.uplinkBps,
                   m_state.downlinkBps,
                   m_state.uplinkDelayS,
                   m_state.downlinkDelayS};
    if (m_hello.measuresHostWork == 0)
    {
        AddHostWork(player.link, {m_hello.hostMessageS, m_hello.hostByteS}, m_hostWork);
    }
    player.weights = GetWeights(m_hello.terms);
    player.usagePriceS = m_hello.usagePriceS;
    player.requestRatePerS = m_state.requestRatePerS;
    player.gapVariation = m_state.gapVariation;
    player.offloadsInFlight = m_state.offloadsInFlight;
    // after its lease has ended, the device works alone and has no cut to keep
    if (m_lastGrant.cut && Simulator::Now() - m_lastGrant.time <= lease)
    {
        SetCurrentCut(player, {m_lastGrant.cut, share, m_lastGrant.option}, m_hello.cutHysteresis);
    }
    return player;
}

Report
ServedDevice::MakeReport() const
{
    const auto player = MakePlayer(0, Time());
    Report report;
    report.deviceId = m_hello.deviceId;
    report.dnn = m_hello.dnn;
    report.processor = m_hello.processor;
    report.inputBytes = m_hello.inputBytes;
    report.activationBits = m_hello.activationBits;
    report.terms = m_hello.terms;
    report.usagePriceS = player.usagePriceS;
    report.uplinkBps = player.link.uplinkBps;
    report.uplinkDelayS = player.link.uplinkDelayS;
    report.downlinkBps = player.link.downlinkBps;
    report.downlinkDelayS = player.link.downlinkDelayS;
    return report;
}

Grant
ServedDevice::MakeGrant(const Player& player,
                        const Decision& decision,
                        double shadowPriceS,
                        double latencyS)
{
    Grant grant;
    grant.shadowPriceS = shadowPriceS;
    if (!decision.cut)
    {
        grant.nextShare = decision.share; // the device picks the cut for it
        return grant;
    }
    const auto unitPrice = GetUnitPrice(player, decision, shadowPriceS);
    grant.reason = GetReason(
        ExplainCut(player, m_lastGrant.link, m_lastGrant.unitPriceS, decision, unitPrice));
    if (m_awaitsModel) // until now its cut was none of its own
    {
        grant.reason = decision.cut->isLocal ? CutReason::KEPT : CutReason::MODEL_LOADED;
        m_awaitsModel = decision.cut->isLocal;
    }
    grant.latencyS = std::isfinite(latencyS) ? latencyS : 0.0;
    grant.deviceLayers = decision.cut->deviceLayers;
    grant.variant = static_cast<uint8_t>(decision.option);
    m_lastGrant = {decision.cut, decision.option, player.link, unitPrice, Simulator::Now()};
    return grant;
}

ServedDevice::Refusal
ServedDevice::MakeRefusal(CutReason reason, double shadowPriceS)
{
    const auto player = MakePlayer(0, Time());
    const auto local = GetBestOption(player, 0, &PartitionFrontier::GetLocalCut);
    Refusal refusal;
    refusal.costS = GetCost(MakeLine(player, local), local.share, player.usagePriceS);
    refusal.grant = MakeLocalGrant(local);
    refusal.grant.shadowPriceS = shadowPriceS;
    refusal.grant.reason = reason;
    m_lastGrant = {}; // it would cost nothing to leave this cut, which is not its choice
    m_awaitsModel = true;
    return refusal;
}

Grant
ServedDevice::MakeRenewal() const
{
    return MakeLocalGrant(GetBestOption(MakePlayer(0, Time()), 0, &PartitionFrontier::GetLocalCut));
}

Grant
ServedDevice::MakeLocalGrant(const Decision& local)
{
    Grant grant;
    grant.deviceLayers = local.cut->deviceLayers;
    grant.variant = static_cast<uint8_t>(local.option);
    grant.latencyS = local.cut->deviceSeconds;
    return grant;
}

void
ServedDevice::AddSample(Grant& grant) const
{
    grant.stateBytes = m_stateBytes;
    grant.stateDelayNs = m_stateDelay.GetNanoSeconds();
}

// WORK

Time
ServedDevice::MeasureUplink(int64_t sentNs)
{
    // the time that a message waits behind earlier ones is not part of its transfer
    const auto begin = std::max(NanoSeconds(sentNs), m_dataIdleSince);
    m_dataIdleSince = Simulator::Now();
    return Simulator::Now() - begin;
}

bool
ServedDevice::IsBusy() const
{
    return std::any_of(m_jobs.begin(), m_jobs.end(), [](const auto& entry) {
        return entry.second.end.IsStrictlyNegative();
    });
}

SurgeryHeader
ServedDevice::MakeProbeReply(const Probe& probe, uint32_t payloadBytes, uint64_t bytes)
{
    ProbeReply reply;
    reply.number = probe.number;
    reply.uplinkMessageBytes = bytes;
    reply.uplinkNs = MeasureUplink(probe.sentNs).GetNanoSeconds();
    return SurgeryHeader(reply, std::min(probe.replyBytes, payloadBytes));
}

const ServedDevice::Job*
ServedDevice::FindJob(uint64_t inference) const
{
    const auto found = m_jobs.find(inference);
    return found == m_jobs.end() ? nullptr : &found->second;
}

bool
ServedDevice::IsSent(const Job& job)
{
    return !job.end.IsStrictlyNegative() && job.hostWork.IsExpired();
}

ServerJob
ServedDevice::AddJob(const Activation& activation, uint64_t bytes, Time uplink, Time unpacking)
{
    auto& job = m_jobs[activation.inference];
    job.activation = activation;
    job.streamBytes = bytes;
    job.received = Simulator::Now();
    job.uplink = uplink;
    job.unpacking = unpacking;
    const auto* costs = FindCosts(activation.variant);
    const auto workS =
        costs ? MakeCut(*costs, activation.deviceLayers).serverSeconds : activation.workS;
    return {m_hello.deviceId,
            activation.inference,
            GetDnn(activation.variant),
            activation.deviceLayers,
            BoundTime(workS),
            costs ? costs->GetBatchCost() : BatchCost()};
}

void
ServedDevice::SetHostWork(uint64_t inference, const EventId& end)
{
    m_jobs.at(inference).hostWork = end;
}

const ServedDevice::Job&
ServedDevice::FinishJob(uint64_t inference, Time start, Time end)
{
    auto& job = m_jobs.at(inference);
    job.start = start;
    job.end = end;
    return job;
}

void
ServedDevice::CancelJob(uint64_t inference)
{
    const auto found = m_jobs.find(inference);
    if (found != m_jobs.end() && !IsSent(found->second))
    {
        found->second.hostWork.Cancel();
        m_jobs.erase(found);
    }
}

void
ServedDevice::ForgetOldJobs()
{
    auto finished = std::count_if(m_jobs.begin(), m_jobs.end(), [](const auto& entry) {
        return IsSent(entry.second);
    });
    for (auto it = m_jobs.begin();
         finished > static_cast<std::ptrdiff_t>(FINISHED_JOBS_KEPT) && it != m_jobs.end();)
    {
        if (!IsSent(it->second))
        {
            ++it;
            continue;
        }
        it = m_jobs.erase(it);
        --finished;
    }
}

SurgeryHeader
ServedDevice::MakeResult(const Job& job) const
{
    Result result;
    result.inference = job.activation.inference;
    result.attempt = job.activation.attempt;
    result.activationSentNs = job.activation.sentNs;
    result.activationReceivedNs = job.received.GetNanoSeconds();
    result.serverStartNs = job.start.GetNanoSeconds();
    result.serverEndNs = job.end.GetNanoSeconds();
    result.uplinkMessageBytes = job.streamBytes;
    result.uplinkNs = job.uplink.GetNanoSeconds();
    const auto* costs = FindCosts(job.activation.variant);
    const auto bytes = costs ? costs->GetResultBytes() : job.activation.resultBytes;
    result.unpackingNs = job.unpacking.GetNanoSeconds();
    result.packingNs = BoundTime(GetHostSeconds(m_hostWork, bytes)).GetNanoSeconds();
    return SurgeryHeader(result, bytes);
}

} // namespace surgery
} // namespace ns3
