/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LINE_STREAM_H
#define LINE_STREAM_H

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The program at the other end is about to end: it closed the connection, or says that it failed.
 */
struct ProgramEnds : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/**
 * @ingroup dnn-surgery
 *
 * Lines of text over a connected stream socket: some are sent, then one is awaited. Both within a
 * limit of wall-clock time.
 */
class LineStream
{
  public:
    /// The longest line that is read, byte.
    static constexpr std::size_t MOST_BYTES = 256u << 20;

    /**
     * @param descriptor of the socket
     * @param isOwn whether to close it at the end
     * @param limit wall-clock time for sending lines and receiving one; 0: no limit
     */
    LineStream(int descriptor, bool isOwn, std::chrono::milliseconds limit);

    /// Closes the socket if it is its own.
    ~LineStream();

    LineStream(const LineStream&) = delete;
    LineStream& operator=(const LineStream&) = delete;

    /**
     * Send lines.
     *
     * @param lines each with its line feed
     * @throws std::runtime_error if that fails; its text says what the other side did, as
     *         "closed the connection"
     */
    void Send(const std::string& lines);

    /**
     * Send lines, and wait for the answer.
     *
     * @param lines each with its line feed
     * @return a line, without line feed
     * @throws std::runtime_error as Send does
     */
    std::string Ask(const std::string& lines);

  private:
    /// Its clock.
    using Clock = std::chrono::steady_clock;

    /// Send lines. @param lines them @param end by when
    void SendUntil(const std::string& lines, Clock::time_point end);
    /// Wait until the socket is ready. @param events for what, as of poll @param end by when
    void WaitFor(short events, Clock::time_point end) const;

    int m_descriptor;                  ///< of the socket
    bool m_isOwn;                      ///< whether to close it
    std::chrono::milliseconds m_limit; ///< of wall-clock time; 0: none
};

} // namespace surgery
} // namespace ns3

#endif // LINE_STREAM_H
