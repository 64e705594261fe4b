/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXTERNAL_PROCESS_H
#define EXTERNAL_PROCESS_H

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A program that runs beside the simulation, and a connection to it.
 *
 * The program finds its end of the connection, a stream socket, as the descriptor whose number is
 * in the environment variable DESCRIPTOR_VARIABLE. Its standard output and error are those of the
 * simulation, its standard input is empty. It leads a process group of its own, which ends with
 * this object, and also with the simulation, whatever ends that: a guard, a second process of the
 * group, sees it.
 */
class ExternalProcess
{
  public:
    /// Environment variable with the number of the program's descriptor.
    static constexpr auto DESCRIPTOR_VARIABLE = "DNN_SURGERY_SCHEDULER_FD";

    /**
     * Start a program.
     *
     * @param command the program, looked up in PATH, and its arguments; not empty
     * @throws std::invalid_argument if it cannot be started; its text names the program
     */
    explicit ExternalProcess(const std::vector<std::string>& command);

    /// Ends the program and all that it started, at once.
    ~ExternalProcess();

    ExternalProcess(const ExternalProcess&) = delete;
    ExternalProcess& operator=(const ExternalProcess&) = delete;

    /**
     * @return the simulation's end of the connection, which the caller closes
     */
    int GetDescriptor() const;

    /**
     * Wait for the program to end by itself.
     *
     * @param limit how long to wait at most
     * @return how it ended, in words: "ended with exit code 1"; empty if it still runs
     */
    std::string WaitForEnd(std::chrono::milliseconds limit);

  private:
    /// Start the guard, as the leader of a new process group.
    void StartGuard();
    /// End the process group.
    void Kill();

    int m_descriptor{-1};  ///< the simulation's end of the connection
    int m_lifeline{-1};    ///< a pipe's end; the guard sees when nobody holds it any more
    pid_t m_guard{-1};     ///< process and group
    pid_t m_program{-1};   ///< process; -1: none, or it has ended
    std::string m_verdict; ///< how the program ended, if it has
};

} // namespace surgery
} // namespace ns3

#endif // EXTERNAL_PROCESS_H
