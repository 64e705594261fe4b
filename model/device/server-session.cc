/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-session.h"

#include "ongoing-inferences.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-node-lookup.h"

#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ServerSession");

namespace
{

/// Time between two signs of life of a visitor: some within any DeviceTimeout that is of use.
const Time SIGN_INTERVAL = Seconds(1);

} // namespace

ServerSession::ServerSession(SessionOwner& owner, Parts parts, bool isOwnDecision)
    : m_owner(owner),
      m_parts(std::move(parts)),
      m_isOwnDecision(isOwnDecision),
      m_server(NO_NODE),
      m_links(m_parts.uplink, m_parts.downlink, m_parts.prober)
{
    const auto settings = m_owner.GetSettings();
    m_device = settings.device;
    m_decision = std::make_shared<GrantedCut>(settings.variants,
                                              settings.secrets.weights,
                                              MakeBidder(),
                                              MakeCallback(&ServerSession::HandleCut, this));
    m_links.SetProbes(m_device,
                      settings.variants->front().costs->GetResultBytes(),
                      MakeCallback(&ServerSession::SendProbe, this),
                      MakeCallback(&ServerConnection::GetWindow, PeekPointer(m_parts.connection)));
}

ServerSession::~ServerSession()
{
    m_probeEvent.Cancel();
    m_signEvent.Cancel();
}

void
ServerSession::Start(Ptr<Node> node, const Address& remote, Attendance attendance)
{
    NS_LOG_FUNCTION(this << node << remote);
    if (IsRunning())
    {
        return;
    }
    m_remote = remote;
    m_server = FindNode(remote);
    m_attendance = attendance;
    m_parts.connection->SetCallbacks(MakeCallback(&ServerSession::HandleMessage, this),
                                     MakeCallback(&ServerSession::HandleStatus, this),
                                     MakeCallback(&ServerSession::HandleStarted, this));
    m_parts.connection->Start(node, remote, MakeHello());
}

void
ServerSession::Stop()
{
    NS_LOG_FUNCTION(this);
    m_probeEvent.Cancel();
    m_signEvent.Cancel();
    m_lease.Stop();
    m_parts.prober->Stop();
    m_parts.connection->SendControl(SurgeryHeader(Bye{m_device}));
    m_parts.connection->Stop();
}

void
ServerSession::Dispose()
{
    m_parts.connection->Dispose();
    m_parts.prober->Dispose();
}

void
ServerSession::Attend(Attendance attendance, const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    m_attendance = attendance;
    m_isLeaving = false;
    IntroduceAgain(reason);
}

void
ServerSession::Join(uint64_t number, double gainS)
{
    NS_LOG_FUNCTION(this << number << gainS);
    SendState(); // so that the server can serve the device at once
    surgery::Join question;
    question.deviceId = m_device;
    question.number = number;
    question.gainS = gainS;
    m_parts.connection->SendControl(SurgeryHeader(question));
}

void
ServerSession::HandleAdmitted()
{
    NS_LOG_FUNCTION(this);
    m_attendance = Attendance::CHOOSING;
    m_signEvent.Cancel();
    m_parts.connection->SetHello(MakeHello());
    ExtendLease(m_owner.GetSettings().firstLease);
    SendState();
}

void
ServerSession::Leave()
{
    NS_LOG_FUNCTION(this);
    m_isLeaving = true;
    SendState();
}

void
ServerSession::EndLeaving(bool visits)
{
    NS_LOG_FUNCTION(this << visits);
    m_isLeaving = false;
    m_lease.Stop();
    m_decision->Lose(CutReason::SERVER_CHANGED);
    m_decision->ForgetServer();
    if (!visits)
    {
        Stop();
        return;
    }
    m_parts.connection->SendControl(SurgeryHeader(Bye{m_device}));
    m_attendance = Attendance::VISITING;
    m_links.Stop();
    m_parts.connection->Redirect(m_remote, MakeHello(), "moved away");
}

void
ServerSession::Redirect(const Address& remote)
{
    NS_LOG_FUNCTION(this << remote);
    m_remote = remote;
    m_server = FindNode(remote);
    IntroduceAgain("server changed");
}

void
ServerSession::SetOwnDecision(bool isOwnDecision)
{
    if (std::exchange(m_isOwnDecision, isOwnDecision) == isOwnDecision)
    {
        return;
    }
    if (IsRunning())
    {
        IntroduceAgain("mode changed");
    }
    else
    {
        m_decision->SetBidder(MakeBidder());
    }
}

Hello
ServerSession::MakeHello() const
{
    const auto settings = m_owner.GetSettings();
    const auto& secrets = settings.secrets;
    Hello hello;
    hello.deviceId = m_device;
    hello.attendance = m_attendance;
    if (!m_isOwnDecision) // otherwise the server need not know what the device runs
    {
        SetVariants(hello, secrets.variants);
        SetWeights(hello.terms, secrets.weights);
        hello.processor = secrets.processor;
        hello.usagePriceS = secrets.usagePriceS;
        hello.cutHysteresis = secrets.cutHysteresis;
        const auto work = secrets.measuresHostWork ? HostWork() : secrets.hostWork;
        hello.hostMessageS = work.messageS;
        hello.hostByteS = work.byteS;
        hello.measuresHostWork = secrets.measuresHostWork ? 1 : 0;
    }
    return hello;
}

std::unique_ptr<Bidder>
ServerSession::MakeBidder() const
{
    if (!m_isOwnDecision)
    {
        return nullptr;
    }
    auto settings = m_owner.GetSettings();
    return std::make_unique<Bidder>(std::move(settings.secrets),
                                    settings.demandFactor,
                                    std::move(settings.frontiers));
}

void
ServerSession::IntroduceAgain(const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    Lose(CutReason::SERVER_CHANGED, reason);
    m_decision->ForgetServer();
    m_decision->SetBidder(MakeBidder());
    m_parts.connection->Redirect(m_remote, MakeHello(), reason);
    m_owner.HandleRedirect(*this);
}

void
ServerSession::Lose(CutReason reason, const std::string& words)
{
    m_lease.Stop();
    m_links.Stop();
    m_decision->Lose(reason);
    m_owner.HandleLoss(*this, words);
}

// SENDING

void
ServerSession::SendState()
{
    const auto link = m_links.Report();
    State state;
    state.deviceId = m_device;
    state.offloadsInFlight = m_owner.CountOffloads(*this);
    state.lastGrant = m_decision->GetLastGrant().sequence;
    state.grantDelayNs = m_decision->GetGrantDelay().GetNanoSeconds();
    state.leaving = m_isLeaving ? 1 : 0;
    if (!m_isOwnDecision) // otherwise the server need not know the network
    {
        state.uplinkBps = link.uplinkBps;
        state.uplinkDelayS = link.uplinkDelayS;
        state.downlinkBps = link.downlinkBps;
        state.downlinkDelayS = link.downlinkDelayS;
        state.requestRatePerS = m_owner.GetRequestRatePerS();
        if (m_decision->GetLastGrant().wantsGaps != 0)
        {
            state.gapVariation = m_owner.GetGapVariation();
        }
    }
    m_parts.connection->SendControl(SurgeryHeader(state));
}

void
ServerSession::Upload(const OngoingInference& inference)
{
    const auto& plan = *inference.plan;
    Activation activation;
    activation.deviceId = m_device;
    activation.inference = inference.record.id;
    activation.attempt = inference.record.attempts;
    if (m_isOwnDecision)
    {
        activation.workS = plan.workS;
        activation.resultBytes = plan.resultBytes;
    }
    else
    {
        activation.deviceLayers = plan.deviceLayers;
        activation.variant = static_cast<uint8_t>(plan.variant.index);
    }
    m_parts.connection->SendData(SurgeryHeader(activation, plan.uploadBytes));
    m_links.HandleUpload();
}

void
ServerSession::Cancel(const OngoingInference& inference)
{
    m_parts.connection->SendData(SurgeryHeader(surgery::Cancel{m_device, inference.record.id}));
}

void
ServerSession::SendSign()
{
    SendState();
    m_signEvent = Simulator::Schedule(SIGN_INTERVAL, &ServerSession::SendSign, this);
}

bool
ServerSession::SendProbe(const SurgeryHeader& probe)
{
    NS_LOG_FUNCTION(this << probe);
    if (!m_parts.connection->IsUp() || m_owner.CountOffloads(*this) > 0)
    {
        return false; // the result of an offloaded inference will be a sample
    }
    m_parts.connection->SendData(probe);
    return true;
}

template <typename Question>
void
ServerSession::Answer(const Question& question)
{
    NS_LOG_FUNCTION(this << question.round);
    if (!m_isOwnDecision)
    {
        SetOwnDecision(true);
        return;
    }
    Bidder::Requests requests;
    if (m_decision->GetLastGrant().wantsGaps != 0)
    {
        requests = {m_owner.GetRequestRatePerS(), m_owner.GetGapVariation()};
    }
    const auto answer = m_decision->Answer(question, m_links.GetLink(), requests);
    if (answer && m_owner.GetSettings().answersPrices)
    {
        m_parts.connection->SendControl(SurgeryHeader(*answer));
    }
}

// RECEIVING

void
ServerSession::HandleStatus(bool up)
{
    NS_LOG_FUNCTION(this << up);
    m_signEvent.Cancel();
    if (!up)
    {
        m_links.Stop();
        return; // the device works alone only once the lease has expired
    }
    if (IsVisit())
    {
        m_signEvent = Simulator::Schedule(SIGN_INTERVAL, &ServerSession::SendSign, this);
    }
    else
    {
        if (!m_decision->IsGranted())
        {
            ExtendLease(m_owner.GetSettings().firstLease);
        }
        SendState();
        m_owner.HandleConnected(*this);
    }
    m_links.Start();
}

void
ServerSession::HandleStarted(const SurgeryHeader& header)
{
    if (const auto* activation = header.GetIf<Activation>())
    {
        m_owner.HandleStarted(*activation);
    }
}

void
ServerSession::HandleMessage(const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << bytes);
    if (const auto* grant = header.GetIf<Grant>())
    {
        HandleGrant(*grant, bytes);
    }
    else if (const auto* result = header.GetIf<Result>())
    {
        HandleResult(*result, bytes);
    }
    else if (const auto* reply = header.GetIf<ProbeReply>())
    {
        m_links.HandleReply(*reply, CountForSample(ConnectionRole::DATA, bytes));
        HandleNewEstimate();
    }
    else if (const auto* price = header.GetIf<Price>())
    {
        Answer(*price);
    }
    else if (const auto* offer = header.GetIf<Offer>())
    {
        Answer(*offer);
    }
    else if (const auto* announce = header.GetIf<Announce>())
    {
        m_owner.HandleAnnounce(*announce);
    }
    else if (const auto* move = header.GetIf<Move>())
    {
        m_owner.HandleMove(*move);
    }
    else if (const auto* admission = header.GetIf<Admission>())
    {
        m_owner.HandleAdmission(*this, *admission);
    }
    else
    {
        m_parts.connection->Replace("a message that only clients send");
    }
}

uint64_t
ServerSession::CountForSample(ConnectionRole role, uint64_t bytes) const
{
    return m_parts.connection->WasHeldUp(role) ? 0 : bytes;
}

void
ServerSession::HandleGrant(const Grant& grant, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << grant.sequence << grant.currentShare);
    if (IsVisit())
    {
        m_parts.connection->Replace("a grant to a visitor");
        return;
    }
    if (grant.leaseNs == 0)
    {
        SetOwnDecision(false); // the server decides, and needs to know the device
        return;
    }
    if (!m_decision->Accept(grant, m_links.GetLink()))
    {
        m_parts.connection->Replace("a grant whose cut does not fit the DNN");
        return;
    }
    const auto delay = m_decision->GetGrantDelay();
    m_links.HandleGrant(grant, CountForSample(ConnectionRole::CONTROL, bytes), delay);
    ExtendLease(NanoSeconds(grant.leaseNs) - delay); // the lease starts when the GRANT is sent
    m_owner.HandleGrant(*this);
    SendState();
}

void
ServerSession::HandleResult(const Result& result, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << result.inference << bytes);
    const auto sampleBytes = CountForSample(ConnectionRole::DATA, bytes);
    const auto [upHost, downHost] = GetMeasuredHostWork(result);
    m_owner.HandleResult(result);
    // probes are possible only after the inference has ended
    m_links.HandleResult(result, sampleBytes, upHost, downHost);
    HandleNewEstimate();
}

std::pair<Time, Time>
ServerSession::GetMeasuredHostWork(const Result& result) const
{
    const auto settings = m_owner.GetSettings();
    if (!settings.secrets.measuresHostWork)
    {
        return {};
    }
    const auto* inference = m_owner.FindInference(result.inference);
    const auto bytes = inference && inference->plan
                           ? inference->plan->resultBytes
                           : settings.variants->front().costs->GetResultBytes();
    return {(inference ? inference->record.packing : Time()) + NanoSeconds(result.unpackingNs),
            NanoSeconds(result.packingNs) +
                BoundTime(GetHostSeconds(settings.secrets.hostWork, bytes))};
}

void
ServerSession::HandleNewEstimate()
{
    m_owner.HandleEstimate(*this);
    if (!IsVisit() && m_links.IsNews(m_owner.GetSettings().reportChange))
    {
        SendState();
    }
    // only after this event: TCP is handling a segment now, and would send the probe before STATE
    m_probeEvent = Simulator::ScheduleNow(&LinkMonitor::ProbeIfInDoubt, &m_links);
}

void
ServerSession::HandleCut(const CutPlan& oldPlan, const CutPlan& newPlan, CutReason reason)
{
    m_owner.HandleCut(*this, oldPlan, newPlan, reason);
}

// LEASE

void
ServerSession::ExtendLease(Time left)
{
    m_lease.Set(this, BoundTime(left));
}

void
ServerSession::HandleLeaseExpired()
{
    NS_LOG_FUNCTION(this);
    Lose(CutReason::LEASE_EXPIRED, "lease expired");
    if (m_parts.connection->IsUp())
    {
        m_parts.connection->Replace("lease expired");
    }
    m_owner.HandleExpiry(*this);
}

// STATE

bool
ServerSession::IsRunning() const
{
    return m_parts.connection->IsRunning();
}

bool
ServerSession::IsVisit() const
{
    return m_attendance == Attendance::VISITING;
}

bool
ServerSession::IsLeaving() const
{
    return m_isLeaving;
}

bool
ServerSession::IsMeasured() const
{
    return m_links.IsMeasured();
}

bool
ServerSession::IsOwnDecision() const
{
    return m_isOwnDecision;
}

uint32_t
ServerSession::GetServer() const
{
    return m_server;
}

Ptr<ServerConnection>
ServerSession::GetConnection() const
{
    return m_parts.connection;
}

std::shared_ptr<const GrantedCut>
ServerSession::GetDecision() const
{
    return m_decision;
}

Link
ServerSession::GetLink() const
{
    return m_links.GetLink();
}

Player
ServerSession::GetPlayer() const
{
    return m_decision->GetPlayer(m_links.GetLink());
}

} // namespace surgery
} // namespace ns3
