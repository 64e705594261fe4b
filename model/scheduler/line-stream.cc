/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "line-stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace ns3
{
namespace surgery
{

LineStream::LineStream(int descriptor, bool isOwn, std::chrono::milliseconds limit)
    : m_descriptor(descriptor),
      m_isOwn(isOwn),
      m_limit(limit)
{
}

LineStream::~LineStream()
{
    if (m_isOwn)
    {
        close(m_descriptor);
    }
}

void
LineStream::Send(const std::string& lines)
{
    SendUntil(lines, Clock::now() + m_limit);
}

std::string
LineStream::Ask(const std::string& lines)
{
    const auto end = Clock::now() + m_limit;
    SendUntil(lines, end);
    std::string line;
    std::array<char, 1u << 16> part;
    while (true)
    {
        WaitFor(POLLIN, end);
        const auto count = recv(m_descriptor, part.data(), part.size(), MSG_DONTWAIT);
        if (count == 0)
        {
            throw ProgramEnds("closed the connection");
        }
        if (count < 0)
        {
            if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
            {
                continue;
            }
            throw ProgramEnds("closed the connection");
        }
        line.append(part.data(), static_cast<std::size_t>(count));
        const auto newest = line.size() - static_cast<std::size_t>(count);
        const auto feed = line.find('\n', newest);
        if (feed != std::string::npos && feed + 1 != line.size())
        {
            throw std::runtime_error("sent more than one line as an answer");
        }
        if (feed != std::string::npos)
        {
            line.pop_back();
            return line;
        }
        if (line.size() > MOST_BYTES)
        {
            throw std::runtime_error("sent a line of more than " + std::to_string(MOST_BYTES) +
                                     " bytes");
        }
    }
}

void
LineStream::SendUntil(const std::string& lines, Clock::time_point end)
{
    std::size_t sent = 0;
    while (sent < lines.size())
    {
        const auto count = send(m_descriptor,
                                lines.data() + sent,
                                lines.size() - sent,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0)
        {
            sent += static_cast<std::size_t>(count);
        }
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
        {
            WaitFor(POLLOUT, end);
        }
        else if (errno != EINTR)
        {
            throw ProgramEnds("closed the connection");
        }
    }
}

void
LineStream::WaitFor(short events, Clock::time_point end) const
{
    using std::chrono::milliseconds;
    pollfd watched{m_descriptor, events, 0};
    while (true)
    {
        const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
        const auto slice = std::clamp(left, milliseconds(0), milliseconds(3600000));
        const auto ready =
            poll(&watched, 1, m_limit.count() > 0 ? static_cast<int>(slice.count()) : -1);
        if (ready > 0)
        {
            return;
        }
        if (ready < 0 && errno != EINTR)
        {
            throw ProgramEnds("closed the connection");
        }
        if (ready == 0 && Clock::now() >= end)
        {
            std::ostringstream words;
            words << "did not answer within " << 1e-3 * static_cast<double>(m_limit.count())
                  << " s (Timeout)";
            throw std::runtime_error(words.str());
        }
    }
}

} // namespace surgery
} // namespace ns3
