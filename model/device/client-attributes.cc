/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "client-attributes.h"

#include "device-processor.h"
#include "server-connection.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/surgery-fixed-attribute.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/surgery-number-list.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace surgery
{

TypeId
ClientAttributes::AddTo(TypeId tid)
{
    return AddTraceSources(AddAttributes(tid));
}

Ptr<const AttributeAccessor>
ClientAttributes::Fixed(Ptr<const AttributeAccessor> accessor)
{
    return MakeFixedAttributeAccessor(&InferenceClient::IsRunning, accessor);
}

TypeId
ClientAttributes::AddAttributes(TypeId tid)
{
    return tid
        .AddAttribute(
            "Remote",
            "Address and TCP port of the MecServer. If this is set while the client runs, the "
            "client turns to that server at once.",
            AddressValue(),
            MakeAddressAccessor(&InferenceClient::SetRemote, &InferenceClient::GetRemote),
            MakeAddressChecker())
        .AddAttribute("DeviceId",
                      "The device's id, unique among the clients that run at the same time; "
                      "2^32 - 1 means the node's id.",
                      UintegerValue(NODE_ID),
                      Fixed(MakeUintegerAccessor(&InferenceClient::m_deviceId)),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("Dnn",
                      "The DNN to run: a bundled profile's name or a file's path.",
                      StringValue("resnet50"),
                      Fixed(MakeStringAccessor(&InferenceClient::m_dnnName)),
                      MakeStringChecker())
        .AddAttribute("Variants",
                      "Other DNNs that do the same as Dnn, by name or path, separated by "
                      "commas: for each inference the game picks among all of them, and runs "
                      "them at each of ActivationBits and InputEncodings, 64 combinations at "
                      "most. Their inputs must be equal. Empty means that there is Dnn only.",
                      StringValue(""),
                      Fixed(MakeStringAccessor(&InferenceClient::m_otherDnns)),
                      MakeStringChecker())
        .AddAttribute("Processor",
                      "The device's processor: a bundled profile's name or a file's path.",
                      StringValue("raspberry-pi-4"),
                      Fixed(MakeStringAccessor(&InferenceClient::m_processorName)),
                      MakeStringChecker())
        .AddAttribute("InputBytes",
                      "Size of the input tensor as it is sent, in bytes, for example that of a "
                      "JPEG image; 0 means that InputBits determines it.",
                      UintegerValue(0),
                      Fixed(MakeUintegerAccessor(&InferenceClient::m_inputBytes)),
                      MakeUintegerChecker<uint64_t>(0, SurgeryHeader::MAX_PAYLOAD_BYTES))
        .AddAttribute("InputBits",
                      "Width of each element of the input tensor as it is sent, in bits; "
                      "without effect unless InputBytes is 0. Cameras deliver 8 bits (uint8), "
                      "DNNs compute with 32 bits (fp32).",
                      UintegerValue(8),
                      Fixed(MakeUintegerAccessor(&InferenceClient::m_inputBits)),
                      MakeUintegerChecker<uint32_t>(1, 32))
        .AddAttribute("InputEncodings",
                      "Other sizes of the input tensor as it is sent, in bytes, separated by "
                      "commas: the game picks among them and the one of InputBytes. After a "
                      "colon stand the points of accuracy that a size costs, such as "
                      "\"30000:1.2\".",
                      StringValue(""),
                      Fixed(MakeNumberListAccessor(&InferenceClient::m_inputEncodings)),
                      MakeNumberListChecker(1, SurgeryHeader::MAX_PAYLOAD_BYTES))
        .AddAttribute("ActivationBits",
                      "Width of each element of all other tensors as they are sent, in bits: "
                      "8, 16 or 32, or several of them, separated by commas, of which the game "
                      "picks one. After a colon stand the points of accuracy that a width "
                      "costs, such as \"32, 8:0.5\".",
                      StringValue("32"),
                      Fixed(MakeNumberListAccessor(&InferenceClient::m_activationBits)),
                      MakeNumberListChecker(8, 32))
        .AddAttribute("AccuracyFloor",
                      "The least accuracy of a variant that may run, in percent (top 1); 0 "
                      "means that all may. The profiles of all DNNs must tell their accuracy.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_accuracyFloor)),
                      MakeDoubleChecker<double>(0, 100))
        .AddAttribute("AccuracyPrice",
                      "alpha: how much latency a point of accuracy is worth, in seconds per "
                      "percent (top 1). The profiles of all DNNs must tell their accuracy.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_accuracyPrice)),
                      MakeDoubleChecker<double>(0, 1e9))
        .AddAttribute("EnergyPrice",
                      "kappa: how much latency saving a joule of the device is worth, in "
                      "seconds per joule. The processor's profile must tell what it draws.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_energyPrice)),
                      MakeDoubleChecker<double>(0, 1e9))
        .AddAttribute("TransmitPower",
                      "What the device's radio draws while it transmits, in W; not less than "
                      "RadioIdlePower.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_transmitPower)),
                      MakeDoubleChecker<double>(0, 1e6))
        .AddAttribute("ReceivePower",
                      "What the device's radio draws while it receives, in W; not less than "
                      "RadioIdlePower.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_receivePower)),
                      MakeDoubleChecker<double>(0, 1e6))
        .AddAttribute("RadioIdlePower",
                      "What the device's radio draws while it does neither, in W.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_radioIdlePower)),
                      MakeDoubleChecker<double>(0, 1e6))
        .AddAttribute("WeighIdlePower",
                      "Whether what the device draws anyway counts in the game while it waits "
                      "for the network and the server. It should not where requests come "
                      "whatever their latency is: the device then draws it all the time, and "
                      "all powers count as what exceeds it.",
                      BooleanValue(true),
                      Fixed(MakeBooleanAccessor(&InferenceClient::m_weighsIdlePower)),
                      MakeBooleanChecker())
        .AddAttribute("UsagePrice",
                      "rho: how much latency renting the whole server must save to be worth it.",
                      TimeValue(MilliSeconds(1)),
                      Fixed(MakeTimeAccessor(&InferenceClient::m_usagePrice)),
                      MakeTimeChecker(Seconds(0)))
        .AddAttribute("HostTime",
                      "Host work: how long the device takes to serialize and copy a message "
                      "with tensors that it sends or receives, whatever its size. It does not "
                      "occupy the processor.",
                      TimeValue(Seconds(0)),
                      Fixed(MakeTimeAccessor(&InferenceClient::m_hostTime)),
                      MakeTimeChecker(Seconds(0)))
        .AddAttribute("HostTimePerByte",
                      "Host work for each byte of the tensors of such a message, in ns.",
                      DoubleValue(0),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_hostTimePerByte)),
                      MakeDoubleChecker<double>(0, 1e9))
        .AddAttribute("MeasureHostWork",
                      "Whether the device takes the host work of both ends for a part of the "
                      "transfers that it measures, as one that only times whole offloads. The "
                      "game then does not add what HostTime and HostTimePerByte say, neither "
                      "the device's nor the server's.",
                      BooleanValue(false),
                      Fixed(MakeBooleanAccessor(&InferenceClient::m_measuresHostWork)),
                      MakeBooleanChecker())
        .AddAttribute("OpenLoop",
                      "Whether requests come every Interval, instead of a ThinkTime after "
                      "each result.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&InferenceClient::m_openLoop),
                      MakeBooleanChecker())
        .AddAttribute("ThinkTime",
                      "A random variable with the time from a result to the next request in "
                      "the closed loop, in seconds; values below 0 count as 0. "
                      "More than 1000 requests in a millisecond end the simulation with an "
                      "error.",
                      StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                      MakeOwnObjectAccessor(&InferenceClient::m_thinkTime),
                      MakeOwnObjectChecker<RandomVariableStream>())
        .AddAttribute("Interval",
                      "A random variable with the time between two requests in the open loop, "
                      "in seconds; values below 0 count as 0. "
                      "More than 1000 requests in a millisecond end the simulation with an "
                      "error.",
                      StringValue("ns3::ExponentialRandomVariable[Mean=1]"),
                      MakeOwnObjectAccessor(&InferenceClient::m_interval),
                      MakeOwnObjectChecker<RandomVariableStream>())
        .AddAttribute(
            "RequestTimes",
            "Path of a file with the times of all requests, in seconds from the start of the "
            "application: one per line, not descending; of a CSV file the first column "
            "counts. Requests then come at these times, whatever became of earlier ones. "
            "Empty means that OpenLoop says when they come.",
            StringValue(""),
            MakeStringAccessor(&InferenceClient::SetRequestTimes,
                               &InferenceClient::GetRequestTimes),
            MakeStringChecker())
        .AddAttribute("MaxQueue",
                      "How many requests may wait for the device's processor; further requests "
                      "are dropped.",
                      UintegerValue(16),
                      MakeUintegerAccessor(&InferenceClient::m_maxQueue),
                      MakeUintegerChecker<uint32_t>(1))
        .AddAttribute("MaxOffloads",
                      "How many offloaded inferences may be under way. At that number, the "
                      "device's processor starts no further request for offloading until one "
                      "of them has ended: more would only wait in TCP's buffer.",
                      UintegerValue(4),
                      MakeUintegerAccessor(&InferenceClient::m_maxOffloads),
                      MakeUintegerChecker<uint32_t>(1))
        .AddAttribute("MaxRequests",
                      "How many requests to make; 0 means no limit.",
                      UintegerValue(0),
                      MakeUintegerAccessor(&InferenceClient::m_maxRequests),
                      MakeUintegerChecker<uint64_t>())
        .AddAttribute("RequestTimeout",
                      "How long a request may take before it is dropped.",
                      TimeValue(Seconds(60)),
                      MakeTimeAccessor(&InferenceClient::m_requestTimeout),
                      MakeTimeChecker(NanoSeconds(1)))
        .AddAttribute("Deadline",
                      "How long an inference may take from request to result to be of use; 0 "
                      "means that there is no deadline. The table deadlines says which "
                      "inferences met it; no decision depends on it.",
                      TimeValue(Seconds(0)),
                      MakeTimeAccessor(&InferenceClient::m_deadline),
                      MakeTimeChecker(Seconds(0)))
        .AddAttribute("DropLate",
                      "Whether an inference is dropped, with the reason \"late\", as soon as it "
                      "is certain to miss the Deadline: when that has passed, or the device's "
                      "layers that remain take longer than is left. In the closed loop the "
                      "next request then comes a ThinkTime after the deadline. Without effect "
                      "if there is no Deadline.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&InferenceClient::m_dropsLate),
                      MakeBooleanChecker())
        .AddAttribute("FirstLease",
                      "How long the client waits for the first GRANT over a new connection "
                      "before it replaces the connection. After the first GRANT, the lease in "
                      "each GRANT counts. It must exceed the server's Timestep.",
                      TimeValue(Seconds(10)),
                      MakeTimeAccessor(&InferenceClient::m_firstLease),
                      MakeTimeChecker(NanoSeconds(1)))
        .AddAttribute("UplinkEstimator",
                      "Estimates the network toward the server.",
                      StringValue("ns3::surgery::FittedLinkEstimator"),
                      Fixed(MakeOwnObjectAccessor(&InferenceClient::m_uplink)),
                      MakeOwnObjectChecker<LinkEstimator>())
        .AddAttribute("DownlinkEstimator",
                      "Estimates the network toward the device.",
                      StringValue("ns3::surgery::FittedLinkEstimator"),
                      Fixed(MakeOwnObjectAccessor(&InferenceClient::m_downlink)),
                      MakeOwnObjectChecker<LinkEstimator>())
        .AddAttribute("Prober",
                      "Decides when to send a probe to learn of the network.",
                      StringValue("ns3::surgery::LinkProber"),
                      Fixed(MakeOwnObjectAccessor(&InferenceClient::m_prober)),
                      MakeOwnObjectChecker<LinkProber>())
        .AddAttribute("CutHysteresis",
                      "How much another cut must save to replace the present one, as a "
                      "fraction of the present one's cost J, 0 to 1; the scheduler dds applies "
                      "it.",
                      DoubleValue(0.05),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_cutHysteresis)),
                      MakeDoubleChecker<double>(0, 1))
        .AddAttribute("ReportChange",
                      "How much the uplink's estimated rate must change for the client to send "
                      "a STATE at once instead of in answer to the next GRANT; 0.25 means by a "
                      "factor of 1.25.",
                      DoubleValue(0.25),
                      MakeDoubleAccessor(&InferenceClient::m_reportChange),
                      MakeDoubleChecker<double>(0))
        .AddAttribute(
            "Mode",
            "Who decides where to cut. \"server-side\": the server, to which the device tells "
            "all that the decision needs. \"decentralized\": the device, which tells the "
            "server only its demand. If the first message of a server shows that it uses the "
            "other mode, the client adopts that mode and introduces itself again.",
            StringValue("server-side"),
            MakeStringAccessor(&InferenceClient::SetMode, &InferenceClient::GetMode),
            MakeStringChecker())
        .AddAttribute("DemandFactor",
                      "Decentralized mode: the device asks for the share that it wants times "
                      "this factor; 1 is honest.",
                      DoubleValue(1),
                      Fixed(MakeDoubleAccessor(&InferenceClient::m_demandFactor)),
                      MakeDoubleChecker<double>(0, 1e6))
        .AddAttribute("AnswersPrices",
                      "Decentralized mode: whether the device answers the server's questions; "
                      "a silent device gets no share.",
                      BooleanValue(true),
                      MakeBooleanAccessor(&InferenceClient::m_answersPrices),
                      MakeBooleanChecker())
        .AddAttribute("Connection",
                      "The connections to the server.",
                      StringValue("ns3::surgery::ServerConnection"),
                      Fixed(MakeOwnObjectAccessor(&InferenceClient::m_connection)),
                      MakeOwnObjectChecker<ServerConnection>())
        .AddAttribute("Choice",
                      "Says which server the device uses: \"ns3::surgery::FixedServerChoice\" "
                      "(the one of Remote), NearestServerChoice, FastestServerChoice, "
                      "DdsServerChoice, or your own. All but the first one need servers that "
                      "announce themselves to each other (MecServer's Peers).",
                      StringValue("ns3::surgery::FixedServerChoice"),
                      Fixed(MakeOwnObjectAccessor(&InferenceClient::m_choice)),
                      MakeOwnObjectChecker<ServerChoice>())
        .AddAttribute(
            "Handover",
            "What becomes of inferences at a server that the device leaves. "
            "\"finish\": they finish there, and their results come from there. "
            "\"redo\": they are canceled there, and their tensors are sent to the "
            "new server.",
            StringValue("finish"),
            MakeStringAccessor(&InferenceClient::SetHandover, &InferenceClient::GetHandover),
            MakeStringChecker())
        .AddAttribute("DeviceProcessor",
                      "Runs the device's layers; they take the times of the profile that "
                      "Processor names.",
                      StringValue("ns3::surgery::DeviceProcessor"),
                      Fixed(MakeOwnObjectAccessor(&InferenceClient::m_processor)),
                      MakeOwnObjectChecker<DeviceProcessor>());
}

TypeId
ClientAttributes::AddTraceSources(TypeId tid)
{
    return tid
        .AddTraceSource("Inference",
                        "An inference ended: completed, dropped, or in flight at the stop.",
                        MakeTraceSourceAccessor(&InferenceClient::m_inferenceTrace),
                        "ns3::surgery::InferenceClient::InferenceTracedCallback")
        .AddTraceSource("Dropped",
                        "An inference was given up.",
                        MakeTraceSourceAccessor(&InferenceClient::m_droppedTrace),
                        "ns3::surgery::InferenceClient::InferenceTracedCallback")
        .AddTraceSource(
            "Latency",
            "An inference was completed; the new value is its latency, from request to result.",
            MakeTraceSourceAccessor(&InferenceClient::m_latencyTrace),
            "ns3::TracedValueCallback::Time")
        .AddTraceSource("Share",
                        "The share of the server that the device holds changed, 0..1; 0 without "
                        "a valid GRANT.",
                        MakeTraceSourceAccessor(&InferenceClient::m_share),
                        "ns3::TracedValueCallback::Double")
        .AddTraceSource("GrantReceived",
                        "A GRANT arrived.",
                        MakeTraceSourceAccessor(&InferenceClient::m_grantTrace),
                        "ns3::surgery::InferenceClient::GrantTracedCallback")
        .AddTraceSource("LinkEstimated",
                        "The client has a new estimate of the network.",
                        MakeTraceSourceAccessor(&InferenceClient::m_linkTrace),
                        "ns3::surgery::InferenceClient::LinkTracedCallback")
        .AddTraceSource(
            "CutChanged",
            "The cut changed, because of a GRANT or because the device has no valid one.",
            MakeTraceSourceAccessor(&InferenceClient::m_cutTrace),
            "ns3::surgery::InferenceClient::CutChangeTracedCallback")
        .AddTraceSource("Migrated",
                        "The device changed its server, and the first tensors go to the new "
                        "one, or the device moves on or stops before that.",
                        MakeTraceSourceAccessor(&InferenceClient::m_migrationTrace),
                        "ns3::surgery::InferenceClient::MigrationTracedCallback");
}

} // namespace surgery
} // namespace ns3
