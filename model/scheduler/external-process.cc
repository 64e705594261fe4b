/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "external-process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace ns3
{
namespace surgery
{

namespace
{

/// Descriptors that a guard closes.
constexpr int MOST_DESCRIPTORS = 4096;

/// @param what failed @return an exception that says why
std::runtime_error
MakeSystemError(const std::string& what)
{
    return std::runtime_error("ExternalScheduler: " + what + ": " + std::strerror(errno));
}

/// @param status as waitpid reports it @return how a process ended, in words
std::string
DescribeEnd(int status)
{
    if (WIFSIGNALED(status))
    {
        return std::string("was ended by a signal (") + strsignal(WTERMSIG(status)) + ")";
    }
    return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

/// Ends its process group when nobody holds the other end of a pipe any more. Only calls that are
/// safe after fork. @param lifeline the end to watch
[[noreturn]] void
Guard(int lifeline)
{
    for (const auto number : {SIGHUP, SIGINT, SIGPIPE, SIGTERM})
    {
        signal(number, SIG_DFL);
    }
    // whatever the simulation has open, such as connections to other programs, is not kept open
    for (int i = 0; i < MOST_DESCRIPTORS; ++i)
    {
        if (i != lifeline)
        {
            close(i);
        }
    }
    char byte = 0;
    while (read(lifeline, &byte, 1) < 0 && errno == EINTR)
    {
    }
    kill(0, SIGKILL);
    _exit(0);
}

/// @param words of a command @return pointers to them, as exec wants it
std::vector<char*>
ToPointers(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (auto& word : words)
    {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// @param descriptor of the program @return the environment that it gets
std::vector<std::string>
MakeEnvironment(int descriptor)
{
    const auto name = std::string(ExternalProcess::DESCRIPTOR_VARIABLE) + "=";
    std::vector<std::string> variables{name + std::to_string(descriptor)};
    for (auto variable = environ; *variable; ++variable)
    {
        if (std::string(*variable).rfind(name, 0) != 0)
        {
            variables.emplace_back(*variable);
        }
    }
    return variables;
}

} // namespace

ExternalProcess::ExternalProcess(const std::vector<std::string>& command)
{
    StartGuard();
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
        Kill();
        throw MakeSystemError("cannot connect a program");
    }
    m_descriptor = ends[0];
    auto words = command;
    auto variables = MakeEnvironment(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], ends[1]); // inherited from now on
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, m_guard);
    const auto fault = posix_spawnp(&m_program,
                                    words[0].c_str(),
                                    &actions,
                                    &attributes,
                                    ToPointers(words).data(),
                                    ToPointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (fault != 0)
    {
        m_program = -1;
        close(m_descriptor);
        Kill();
        throw std::invalid_argument("ExternalScheduler: Command: cannot start \"" + words[0] +
                                    "\": " + std::strerror(fault));
    }
}

ExternalProcess::~ExternalProcess()
{
    Kill();
}

void
ExternalProcess::StartGuard()
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
    {
        throw MakeSystemError("cannot watch a program");
    }
    m_guard = fork();
    if (m_guard == 0)
    {
        setpgid(0, 0);
        Guard(ends[0]);
    }
    close(ends[0]);
    m_lifeline = ends[1];
    if (m_guard < 0)
    {
        close(m_lifeline);
        throw MakeSystemError("cannot watch a program");
    }
    setpgid(m_guard, m_guard); // whoever of the two comes first
}

void
ExternalProcess::Kill()
{
    // the group exists as long as the guard was not waited for
    kill(-m_guard, SIGKILL);
    if (m_program > 0)
    {
        waitpid(m_program, nullptr, 0);
    }
    waitpid(m_guard, nullptr, 0);
    close(m_lifeline);
}

int
ExternalProcess::GetDescriptor() const
{
    return m_descriptor;
}

std::string
ExternalProcess::WaitForEnd(std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (m_program > 0)
    {
        int status = 0;
        if (waitpid(m_program, &status, WNOHANG) != 0)
        {
            m_program = -1;
            m_verdict = DescribeEnd(status);
        }
        else if (std::chrono::steady_clock::now() >= end)
        {
            return "";
        }
        else
        {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    return m_verdict;
}

} // namespace surgery
} // namespace ns3
