/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_EXTERNAL_SCHEDULER_H
#define SURGERY_EXTERNAL_SCHEDULER_H

#include "ns3/nstime.h"
#include "ns3/surgery-scheduler.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class ExternalMessages;
class ExternalProcess;
class LineStream;

/**
 * @ingroup dnn-surgery
 *
 * Lets a program decide, in any language: one message with the game per decision, and one answer,
 * as lines of JSON over a stream socket (doc/bridge.md). The Python package dnn_surgery speaks it.
 *
 * Either the scheduler starts the program (Command), or the process that started the simulation
 * passes a connected socket (Descriptor). It connects at the first decision. Simulated time stands
 * still while the program decides. A program that ends, takes too long or answers something else
 * than a decision ends the simulation with an exception in one line, and is ended with all that it
 * started.
 */
class ExternalScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ExternalScheduler();
    ~ExternalScheduler() override;

    /**
     * @copydoc SurgeryScheduler::Decide
     * @throws std::invalid_argument if an attribute is wrong, or the program cannot be started
     * @throws std::runtime_error if the program fails, or its decision is invalid
     */
    Outcome Decide(const Game& game) override;

    bool WantsGaps() const override;
    void Forget(uint32_t device) override;

    /**
     * Take part of what devices experience: the program is told before each decision what happened
     * since the last one. Without this it is told nothing of it.
     */
    void TellMeasurements();

    /**
     * An inference ended, which the program is told if TellMeasurements was called.
     *
     * @param device its id
     * @param latency from the request to the result, waiting included; negative if it was dropped
     */
    void AddMeasurement(uint32_t device, Time latency);

  protected:
    /// Let the program end, or end it, and release all objects.
    void DoDispose() override;
    void DoCancel() override;
    int64_t DoAssignStreams(int64_t stream) override;

  private:
    struct Measured;

    /// @return whether the program was connected
    bool IsConnected() const;
    /// @param command attribute
    void SetCommand(std::string command);
    /// @return attribute
    std::string GetCommand() const;
    /// @param advice attribute
    void SetAdvice(std::string advice);
    /// @return attribute
    std::string GetAdvice() const;

    /// Connect to the program, start it if need be, and open the conversation.
    void Connect();
    /// @param game the devices @return what the adviser decides; nothing without one
    Outcome Advise(const Game& game) const;
    /// Ask for a decision. @param game the devices @param advice about it @return the answer
    Outcome Ask(const Game& game, const Outcome& advice);
    /// End the program, and the simulation by an exception. @param what it did
    /// @param patience how long to wait for it to end by itself
    [[noreturn]] void Fail(const std::string& what, std::chrono::milliseconds patience);
    /// Let the program end, or end it.
    void End();
    /// @return what messages call the program
    std::string GetProgramName() const;

    std::string m_command;                        ///< attribute
    std::vector<std::string> m_words;             ///< of the command
    int64_t m_descriptor{-1};                     ///< attribute
    Time m_timeout;                               ///< attribute
    std::string m_advice;                         ///< attribute
    Ptr<SurgeryScheduler> m_adviser;              ///< whose decisions are sent along, or null
    std::unique_ptr<ExternalProcess> m_process;   ///< started, or null
    std::unique_ptr<LineStream> m_stream;         ///< to the program; null: not connected
    std::unique_ptr<ExternalMessages> m_messages; ///< to the program; null: not connected
    std::unique_ptr<Measured> m_measured;         ///< since the last decision; null: not told
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_EXTERNAL_SCHEDULER_H
