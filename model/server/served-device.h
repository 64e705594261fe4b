/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVED_DEVICE_H
#define SERVED_DEVICE_H

#include "ns3/dnn-layer-costs.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-server-processor.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a server knows of one device: who it is, what it reported, what it was granted, and its
 * work.
 */
class ServedDevice
{
  public:
    /// Work of one inference on the server.
    struct Job
    {
        Activation activation;     ///< what the device sent
        uint64_t streamBytes{0};   ///< size of the message; 0 if it is no sample
        Time received;             ///< when its last byte arrived
        Time uplink;               ///< time of its transfer, without waiting behind an earlier one
        Time start;                ///< when its layers began
        Time end{NanoSeconds(-1)}; ///< when its layers ended; negative while they wait or run
        Time unpacking;            ///< host work on what the device sent
        EventId hostWork;          ///< end of host work that is under way
    };

    /**
     * @param hostWork what a message with tensors costs the server
     */
    explicit ServedDevice(const HostWork& hostWork = HostWork());

    /// Cancel host work that is under way.
    ~ServedDevice();

    ServedDevice(const ServedDevice&) = delete;
    ServedDevice& operator=(const ServedDevice&) = delete;

    /**
     * The device introduces itself or comes back.
     *
     * @param hello its HELLO
     * @param options the device's cuts; null if the device decides itself
     */
    void HandleHello(const Hello& hello, Options options);

    /**
     * The device gave a sign of life.
     */
    void HandleSign();

    /**
     * @param received bytes received over its present data connection; a value other than that of
     *        the last call is a sign of life, unless it is 0
     * @param timeout how long the device may be silent
     * @return whether it has been silent for this long
     */
    bool IsSilent(uint64_t received, Time timeout);

    /**
     * The device reports.
     *
     * @param state its STATE
     * @param bytes the message's size; 0 if its duration is no sample of the network
     */
    void HandleState(const State& state, uint64_t bytes);

    /**
     * @return whether the device ever reported
     */
    bool HasState() const;

    /**
     * @return whether another server serves the device, which only awaits results here
     */
    bool IsLeaving() const;

    /**
     * @return whether the device may choose another server, and wants to hear of them
     */
    bool IsChoosing() const;

    /**
     * The device visited this server, and is served from now on, as one that may choose.
     */
    void HandleAdmission();

    /**
     * @param variant index of a variant of the device
     * @return what its layers cost; null if there is none, or the device decides itself
     */
    const LayerCosts* FindCosts(uint32_t variant) const;

    /**
     * @param variant index of a variant of the device
     * @return its DNN, as the device names it; empty if there is none, or the device decides itself
     */
    std::string GetDnn(uint32_t variant) const;

    /// Sizes of DNNs' weights at 32 bits, byte, by name.
    using Models = std::map<std::string, uint64_t>;

    /**
     * @return the DNNs whose weights the server needs for it: those of all its variants; empty if
     *         the device decides itself, for then it does not tell them
     */
    const Models& GetModels() const;

    /**
     * @return the options of the device; null if the device decides itself
     */
    const Options& GetOptions() const;

    /**
     * @param share its share in effect, 0..1
     * @param lease how long a GRANT holds
     * @return the device as the game knows it; only its id if the device decides itself
     */
    Player MakePlayer(double share, Time lease) const;

    /**
     * @return what an orchestrator has to know of the device at this server, which fills in itself;
     *         the device must have reported and have cuts
     */
    Report MakeReport() const;

    /**
     * Make a GRANT for the device, and remember its cut and what it is based on.
     *
     * @param player the device in the game
     * @param decision the device's; without a cut if the device decides itself
     * @param shadowPriceS lambda, s
     * @param latencyS T as predicted, s; not finite if unknown
     * @return a GRANT with cut, reason, price and latency, or with price and share only; the server
     *         fills in the rest
     */
    Grant MakeGrant(const Player& player,
                    const Decision& decision,
                    double shadowPriceS,
                    double latencyS);

    /// What a device gets that cannot be served now.
    struct Refusal
    {
        Grant grant;     ///< it grants nothing: all runs on the device
        double costS{0}; ///< J of that, s: what the device minimizes
    };

    /**
     * Refuse the device, because its DNN is not in the server's memory. It must not decide itself.
     *
     * @param reason MODEL_LOADING or NO_MEMORY
     * @param shadowPriceS lambda, s
     * @return the refusal; the server fills in the rest of the GRANT
     */
    Refusal MakeRefusal(CutReason reason, double shadowPriceS);

    /**
     * Make a GRANT for a device that is leaving: it gets nothing new, and may go on waiting for the
     * results of its work here. It must not decide itself.
     *
     * @return the GRANT; the server fills in the rest
     */
    Grant MakeRenewal() const;

    /**
     * Fill in the sample of the uplink that the latest STATE gave.
     *
     * @param [in,out] grant a GRANT
     */
    void AddSample(Grant& grant) const;

    /**
     * A message arrived over the data connection.
     *
     * @param sentNs when it was sent, ns
     * @return how long its transfer took, without waiting behind the message before it
     */
    Time MeasureUplink(int64_t sentNs);

    /**
     * @param job work of the device
     * @return whether its result was sent
     */
    static bool IsSent(const Job& job);

    /**
     * @return whether there is work that is not done
     */
    bool IsBusy() const;

    /**
     * A probe arrived.
     *
     * @param probe the probe
     * @param payloadBytes size of its payload, byte
     * @param bytes the message's size; 0 if its duration is no sample of the network
     * @return the answer
     */
    SurgeryHeader MakeProbeReply(const Probe& probe, uint32_t payloadBytes, uint64_t bytes);

    /**
     * @param inference its id
     * @return the inference's work; null if there is none or it was forgotten
     */
    const Job* FindJob(uint64_t inference) const;

    /**
     * Work arrived.
     *
     * @param activation what the device sent, of a new inference
     * @param bytes the message's size; 0 if its duration is no sample of the network
     * @param uplink how long its transfer took
     * @param unpacking host work on it
     * @return the server's part of the inference
     */
    ServerJob AddJob(const Activation& activation,
                     uint64_t bytes,
                     Time uplink,
                     Time unpacking = Time());

    /**
     * Host work on a message of an inference begins: it is not forgotten before its end.
     *
     * @param inference its id
     * @param end the end of that work, which is canceled if the device is forgotten
     */
    void SetHostWork(uint64_t inference, const EventId& end);

    /**
     * Work is done.
     *
     * @param inference its id
     * @param start when its layers began
     * @param end when they ended
     * @return the finished work
     */
    const Job& FinishJob(uint64_t inference, Time start, Time end);

    /**
     * Forget the work of an inference that the device gave up, and the host work on it.
     *
     * @param inference its id; nothing happens if it is not known or its result was sent
     */
    void CancelJob(uint64_t inference);

    /**
     * Forget the oldest finished work. Only some results are kept for a device that comes back.
     */
    void ForgetOldJobs();

    /**
     * @param job finished work of the device
     * @return the message with its result
     */
    SurgeryHeader MakeResult(const Job& job) const;

  private:
    /// @param local the device's best cut that leaves all to it @return a GRANT with that cut
    static Grant MakeLocalGrant(const Decision& local);

    /// The device's latest GRANT, and what it was based on.
    struct LastGrant
    {
        std::shared_ptr<const Cut> cut; ///< its cut; null: there was no GRANT with a cut
        uint32_t option{0};             ///< index of the option of that cut
        Link link;                      ///< the device's network then
        double unitPriceS{0};           ///< price of the whole server then, s
        Time time;                      ///< when it was made
    };

    HostWork m_hostWork;             ///< the server's for a message
    Hello m_hello;                   ///< the device's introduction
    Options m_options;               ///< the device's options; null: it decides itself
    bool m_hasState{false};          ///< whether a STATE came
    State m_state;                   ///< the latest STATE
    uint32_t m_stateBytes{0};        ///< its size; 0: it is no sample
    Time m_stateDelay;               ///< how long it took; negative: it is no sample
    Time m_heard;                    ///< last sign of life
    uint64_t m_dataReceived{0};      ///< bytes over data at the last call of IsSilent
    Time m_dataIdleSince;            ///< when the last message over data arrived
    std::map<uint64_t, Job> m_jobs;  ///< by inference, with some finished ones
    LastGrant m_lastGrant;           ///< its cut is one of m_options
    std::vector<std::string> m_dnns; ///< the DNNs of m_options, in their order
    Models m_models;                 ///< the same, each once
    bool m_awaitsModel{false};       ///< whether no cut was granted since MakeRefusal
};

} // namespace surgery
} // namespace ns3

#endif // SERVED_DEVICE_H
