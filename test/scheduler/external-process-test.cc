/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/scheduler/external-process.h"
#include "model/scheduler/line-stream.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace
{

using namespace ns3::surgery;
using namespace std::chrono_literals;

/// @return what the exception of a call says
std::string
GetError(const std::function<void()>& call)
{
    try
    {
        call();
    }
    catch (const std::exception& error)
    {
        return error.what();
    }
    return "";
}

/// @return whether a process is gone within seconds
bool
IsGone(pid_t process)
{
    for (int i = 0; i < 5000; ++i)
    {
        if (kill(process, 0) != 0 && errno == ESRCH)
        {
            return true;
        }
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

/// A shell that tells its process id and that of a child over the connection, and waits.
const std::string TELL_AND_WAIT = "sleep 1000 & echo $$ $! >&$DNN_SURGERY_SCHEDULER_FD; wait";

/// Read the ids that TELL_AND_WAIT tells.
void
ReadIds(const std::string& line, pid_t& shell, pid_t& child)
{
    std::size_t length = 0;
    shell = std::stoi(line, &length);
    child = std::stoi(line.substr(length));
}

TEST(ExternalProcess, IsConnected)
{
    const auto* descriptor = ExternalProcess::DESCRIPTOR_VARIABLE;
    const ExternalProcess echo(
        {"bash", "-c", std::string("head -n 1 <&$") + descriptor + " >&$" + descriptor});
    LineStream stream(echo.GetDescriptor(), true, 10s);
    EXPECT_EQ(stream.Ask("hello\n"), "hello");
}

TEST(ExternalProcess, TellsHowItEnded)
{
    ExternalProcess failing({"sh", "-c", "exit 3"});
    EXPECT_EQ(failing.WaitForEnd(10s), "ended with exit code 3");
    EXPECT_EQ(failing.WaitForEnd(0s), "ended with exit code 3");
    ExternalProcess killed({"sh", "-c", "kill -9 $$"});
    EXPECT_EQ(killed.WaitForEnd(10s), "was ended by a signal (Killed)");
    ExternalProcess sleeping({"sleep", "1000"});
    EXPECT_EQ(sleeping.WaitForEnd(10ms), "");
}

TEST(ExternalProcess, IsRefusedIfThereIsNone)
{
    EXPECT_EQ(GetError([] {
                  ExternalProcess({"no-such-program", "x"});
              }),
              "ExternalScheduler: Command: cannot start \"no-such-program\": No such file or "
              "directory");
    EXPECT_EQ(waitpid(-1, nullptr, 0), -1) << "the guard is left";
}

TEST(ExternalProcess, EndsWithAllThatItStarted)
{
    pid_t shell = 0;
    pid_t child = 0;
    {
        const ExternalProcess process({"bash", "-c", TELL_AND_WAIT});
        LineStream stream(process.GetDescriptor(), true, 10s);
        ReadIds(stream.Ask(""), shell, child);
    }
    EXPECT_TRUE(IsGone(shell));
    EXPECT_TRUE(IsGone(child));
    EXPECT_EQ(waitpid(-1, nullptr, 0), -1) << "the guard is left";
}

TEST(ExternalProcess, EndsWithASimulationThatIsKilled)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const auto simulation = fork();
    if (simulation == 0)
    {
        const ExternalProcess process({"bash", "-c", TELL_AND_WAIT});
        // another one, whose guard must not keep the first one alive
        const ExternalProcess other({"sleep", "1000"});
        LineStream stream(process.GetDescriptor(), true, 10s);
        const auto line = stream.Ask("") + "\n";
        _exit(write(ends[1], line.data(), line.size()) < 0 ? 1 : pause());
    }
    close(ends[1]);
    char text[100]{};
    ASSERT_GT(read(ends[0], text, sizeof(text) - 1), 0);
    close(ends[0]);
    pid_t shell = 0;
    pid_t child = 0;
    ReadIds(text, shell, child);
    EXPECT_EQ(kill(shell, 0), 0);
    kill(simulation, SIGKILL);
    waitpid(simulation, nullptr, 0);
    EXPECT_TRUE(IsGone(shell));
    EXPECT_TRUE(IsGone(child));
}

/// Two ends of a connection.
struct Pair
{
    /// @param limit of time
    explicit Pair(std::chrono::milliseconds limit = 100ms)
    {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        stream = std::make_unique<LineStream>(ends[0], true, limit);
        other = ends[1];
    }

    ~Pair()
    {
        if (other >= 0)
        {
            close(other);
        }
    }

    /// Send text from the other end.
    void Tell(const std::string& text) const
    {
        EXPECT_EQ(send(other, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }

    std::unique_ptr<LineStream> stream; ///< to be tested
    int other;                          ///< its peer
};

TEST(LineStream, WaitsForALineAsLongAsItMay)
{
    const Pair pair;
    EXPECT_EQ(GetError([&] { pair.stream->Ask("x\n"); }), "did not answer within 0.1 s (Timeout)");
    pair.Tell("drop by drop");
    EXPECT_EQ(GetError([&] { pair.stream->Ask("x\n"); }), "did not answer within 0.1 s (Timeout)");
}

TEST(LineStream, DoesNotWaitForOneWhoDoesNotRead)
{
    const Pair pair;
    EXPECT_EQ(GetError([&] { pair.stream->Send(std::string(1 << 24, 'x')); }),
              "did not answer within 0.1 s (Timeout)");
}

TEST(LineStream, TellsWhatTheOtherSideDid)
{
    Pair pair;
    pair.Tell("one\ntwo\n");
    EXPECT_EQ(GetError([&] { pair.stream->Ask(""); }), "sent more than one line as an answer");
    pair.Tell("half a line");
    close(pair.other);
    EXPECT_EQ(GetError([&] { pair.stream->Ask(""); }), "closed the connection");
    EXPECT_EQ(GetError([&] { pair.stream->Ask("x\n"); }), "closed the connection");
    pair.other = -1;
}

TEST(LineStream, CarriesLongLines)
{
    const Pair pair(60s);
    const std::string line(1000000, 'x');
    std::thread other([&] {
        std::string got;
        char part[4096];
        while (got.size() < line.size() + 1)
        {
            got.append(part, static_cast<std::size_t>(recv(pair.other, part, sizeof(part), 0)));
        }
        for (std::size_t sent = 0; sent < got.size();)
        {
            sent +=
                static_cast<std::size_t>(send(pair.other, got.data() + sent, got.size() - sent, 0));
        }
    });
    EXPECT_EQ(pair.stream->Ask(line + "\n"), line);
    other.join();
}

} // namespace
