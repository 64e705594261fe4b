/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"
#include "test/support/simulator-fixture.h"

#include "ns3/integer.h"
#include "ns3/string.h"
#include "ns3/surgery-external-scheduler.h"

#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Makes the answer to a line that awaits one.
using Reply = std::function<std::string(const std::string&)>;

const std::string HELLO = R"({"type":"hello","protocol":"dnn-surgery/scheduler/1"})";

/// What a test decides with: a scheduler, and a program at the other end of its connection.
class Program
{
  public:
    /// @param reply makes its answers to questions
    explicit Program(Reply reply, std::string hello = HELLO)
        : m_hello(std::move(hello)),
          m_reply(std::move(reply))
    {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        scheduler = CreateObject<ExternalScheduler>();
        scheduler->SetAttribute("Descriptor", IntegerValue(ends[0]));
        m_descriptor = ends[0];
        m_thread = std::thread([this, end = ends[1]] { Answer(end); });
    }

    ~Program()
    {
        scheduler->Dispose();
        close(m_descriptor);
        m_thread.join();
    }

    /// @return all that it was sent; the scheduler is disposed of
    const std::vector<std::string>& End()
    {
        scheduler->Dispose();
        shutdown(m_descriptor, SHUT_RDWR);
        m_thread.join();
        m_thread = std::thread([] {});
        return m_lines;
    }

    Ptr<ExternalScheduler> scheduler; ///< to be tested

  private:
    /// Answer until the connection is closed.
    void Answer(int end)
    {
        std::string text;
        char part[65536];
        ssize_t count = 0;
        while ((count = recv(end, part, sizeof(part), 0)) > 0)
        {
            text.append(part, static_cast<std::size_t>(count));
            for (auto feed = text.find('\n'); feed != std::string::npos; feed = text.find('\n'))
            {
                const auto line = text.substr(0, feed);
                text.erase(0, feed + 1);
                m_lines.push_back(line);
                const auto isHello = line.find(R"("type":"hello")") != std::string::npos;
                if (isHello || line.find(R"("type":"decide")") != std::string::npos)
                {
                    const auto answer = (isHello ? m_hello : m_reply(line)) + '\n';
                    send(end, answer.data(), answer.size(), MSG_NOSIGNAL);
                }
            }
        }
        close(end);
    }

    std::string m_hello;
    Reply m_reply;
    int m_descriptor;
    std::vector<std::string> m_lines;
    std::thread m_thread;
};

/// @param line a question with advice @return the advice as an answer
std::string
TakeAdvice(const std::string& line)
{
    const std::string key = R"("advice":{)";
    const auto begin = line.find(key) + key.size();
    return R"({"type":"decision",)" + line.substr(begin, line.size() - 1 - begin);
}

/// @return a game of devices 0, 1, ...
Game
MakeGame(std::mt19937_64& random, std::size_t players)
{
    auto game = MakeBundledGame(random, players);
    for (std::size_t i = 0; i < players; ++i)
    {
        game.players[i].device = static_cast<uint32_t>(i);
    }
    return game;
}

/// Compare outcomes to the bit.
void
ExpectSame(const Outcome& one, const Outcome& other)
{
    ASSERT_EQ(one.decisions.size(), other.decisions.size());
    for (std::size_t i = 0; i < one.decisions.size(); ++i)
    {
        EXPECT_EQ(one.decisions[i].cut->deviceLayers, other.decisions[i].cut->deviceLayers) << i;
        EXPECT_EQ(one.decisions[i].cut.get(), other.decisions[i].cut.get()) << i;
        EXPECT_EQ(one.decisions[i].share, other.decisions[i].share) << i;
        EXPECT_EQ(one.decisions[i].option, other.decisions[i].option) << i;
    }
    EXPECT_EQ(one.shadowPriceS, other.shadowPriceS);
    EXPECT_EQ(one.rounds, other.rounds);
}

class ExternalSchedulerTest : public SimulatorFixture
{
};

TEST_F(ExternalSchedulerTest, TakesAdviceToTheBit)
{
    const std::vector<std::string> names{"dds",
                                         "dds[Waiting=true]",
                                         "dads",
                                         "dads[AmongOffloading=true]",
                                         "iao",
                                         "local-only",
                                         "neurosurgeon",
                                         "optimum",
                                         "server-only"};
    for (uint64_t seed = 1; seed <= 20; ++seed)
    {
        std::mt19937_64 random(seed);
        auto game = MakeGame(random, 1 + random() % 12);
        for (const auto& name : names)
        {
            SCOPED_TRACE("seed " + std::to_string(seed) + ", " + name);
            Program program(&TakeAdvice);
            program.scheduler->SetAttribute("Advice", StringValue(name));
            const auto adviser = SurgeryScheduler::Create(name);
            EXPECT_EQ(program.scheduler->WantsGaps(), adviser->WantsGaps());
            for (const auto capacity : {1.0, 0.3, 0.0})
            {
                game.capacity = capacity;
                for (auto& player : game.players)
                {
                    player.requestRatePerS = DrawLog(random, 0.1, 10);
                    player.gapVariation = adviser->WantsGaps() ? DrawLog(random, 0.1, 10) : 0;
                }
                const auto expected = adviser->Decide(game);
                ExpectSame(program.scheduler->Decide(game), expected);
                for (std::size_t i = 0; i < game.players.size(); ++i)
                {
                    SetCurrentCut(game.players[i], expected.decisions[i], 0.1);
                }
            }
            for (auto& player : game.players)
            {
                player.currentCut = nullptr;
            }
        }
    }
}

TEST_F(ExternalSchedulerTest, DecidesNothingForNobody)
{
    const auto scheduler = CreateObject<ExternalScheduler>();
    ExpectSame(scheduler->Decide(Game()), Outcome());
    for (const auto* name : {"dds", "iao"})
    {
        scheduler->SetAttribute("Advice", StringValue(name));
        ExpectSame(scheduler->Decide(Game()), SurgeryScheduler::Create(name)->Decide(Game()));
    }
}

TEST_F(ExternalSchedulerTest, TellsOnceWhatDoesNotChange)
{
    std::mt19937_64 random(1);
    auto game = MakeGame(random, 3);
    game.players[1].options = game.players[0].options;
    game.players[2].options = game.players[0].options;
    Program program(&TakeAdvice);
    program.scheduler->SetAttribute("Advice", StringValue("dds"));
    program.scheduler->SetServer(7);
    program.scheduler->Decide(game);
    game.players[0].link.uplinkBps *= 2;
    program.scheduler->Decide(game);
    program.scheduler->Forget(1);
    game.players[2].weights.idle = 3;
    program.scheduler->Decide(game);
    std::vector<std::string> types;
    for (const auto& line : program.End())
    {
        EXPECT_NE(line.find(R"("server":7)"), std::string::npos) << line;
        const auto begin = line.find(R"("type":")") + 8;
        types.push_back(line.substr(begin, line.find('"', begin) - begin));
    }
    EXPECT_EQ(types,
              (std::vector<std::string>{"hello",
                                        "frontier",
                                        "device",
                                        "device",
                                        "device",
                                        "decide",
                                        "decide",
                                        "device",
                                        "device",
                                        "decide",
                                        "end"}));
}

TEST_F(ExternalSchedulerTest, TellsWhatDevicesMeasured)
{
    std::mt19937_64 random(1);
    const auto game = MakeGame(random, 2);
    Program program(&TakeAdvice);
    program.scheduler->SetAttribute("Advice", StringValue("local-only"));
    program.scheduler->AddMeasurement(0, Seconds(9)); // nobody asked for it
    program.scheduler->TellMeasurements();
    program.scheduler->Decide(game);
    program.scheduler->AddMeasurement(1, MilliSeconds(500));
    program.scheduler->AddMeasurement(1, MilliSeconds(250));
    program.scheduler->AddMeasurement(0, Seconds(-1));
    program.scheduler->AddMeasurement(5, Seconds(1)); // takes no part
    program.scheduler->Decide(game);
    program.scheduler->Decide(game);
    const auto& lines = program.End();
    const std::vector<std::string> expected{
        R"("completed":[0,0],"dropped":[0,0],"latency_sum_s":[0.0,0.0])",
        R"("completed":[0,2],"dropped":[1,0],"latency_sum_s":[0.0,0.75])",
        R"("completed":[0,0],"dropped":[0,0],"latency_sum_s":[0.0,0.0])"};
    std::size_t decisions = 0;
    for (const auto& line : lines)
    {
        if (line.find(R"("type":"decide")") != std::string::npos)
        {
            ASSERT_LT(decisions, expected.size());
            EXPECT_NE(line.find(expected[decisions]), std::string::npos) << line;
            ++decisions;
        }
    }
    EXPECT_EQ(decisions, expected.size());
}

/// @param decide makes an exception of the given kind @return what it says
template <class Exception>
std::string
GetError(const std::function<void()>& decide)
{
    try
    {
        decide();
    }
    catch (const Exception& error)
    {
        return error.what();
    }
    return "";
}

TEST_F(ExternalSchedulerTest, RefusesWhatIsNoDecision)
{
    const std::string told = "ExternalScheduler: the program at descriptor ";
    const std::string decision = R"({"type":"decision",)";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"rubbish", "answered what is no JSON: parse error at line 1, column 1: "},
        {"[1]", "answered no JSON object but "},
        {"", "answered what is no JSON: "},
        {R"({"type":"error","message":"\u001b[31m x"})", "failed:  [31m x"},
        {"{}", "answered no message of type \"decision\" but {}"},
        {R"({"type":"error","message":"ValueError: x"})", "failed: ValueError: x"},
        {decision + R"("device":[0,1],"cut":[0,0]})", "answered without a list \"share\" of 2"},
        {decision + R"("device":0})", "answered without a list \"device\""},
        {decision + R"("device":[0,1],"cut":[0],"share":[0,0]})",
         "answered without a list \"cut\" of 2"},
        {decision + R"("device":[0,1,2],"cut":[0,0,0],"share":[0,0,0]})",
         "answered for device 2, which takes no part in this decision"},
        {decision + R"("device":[0,0],"cut":[0,0],"share":[0,0]})", "answered twice for device 0"},
        {decision + R"("device":[1],"cut":[0],"share":[0]})",
         "answered without a decision for device 0"},
        {decision + R"("device":[0,-1],"cut":[0,0],"share":[0,0]})",
         "answered for row 1: device: must be an integer in 0..4294967295, not -1"},
        {decision + R"("device":[0,1],"cut":[0,999],"share":[0,0]})",
         "answered for device 1: cut: must be an integer in 0.."},
        {decision + R"("device":[0,1],"cut":[0,0.5],"share":[0,0]})",
         "answered for device 1: cut: must be an integer in 0.."},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,0],"option":[1,0]})",
         "answered for device 0: option: must be an integer in 0..0, not 1"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,"nan"]})",
         "answered for device 1: share: must be a number in 0..1, not \"nan\""},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,NaN]})",
         "answered what is no JSON: parse error at line 1, column 5"},
        {decision + R"("device":[0,1],"cut":[0,1],"share":[0,0]})",
         "answered for device 1: share: must be 1e-9 to 1 for a cut that leaves work to the "
         "server"},
        {decision + R"("device":[0,1],"cut":[0,1],"share":[0,1e-320]})",
         "answered for device 1: share: must be 1e-9 to 1 for a cut that leaves work to the "
         "server"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[-0.1,0]})",
         "answered for device 0: share: must be a number in 0..1, not -0.1"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0.5,0.6]})",
         "answered shares that sum to 1.1, more than the capacity of 1; device 1 has the largest, "
         "0.6"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0.5,0.5000001]})", // none is rounded off
         "answered shares that sum to 1.0000001, more than the capacity of 1; device 1 has the "
         "largest, 0.5000001"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,0],"shadow_price_s":"inf"})",
         "answered shadow_price_s: must be a finite number >= 0, not \"inf\""},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,0],"rounds":-1})",
         "answered rounds: must be a finite number >= 0, not -1"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,0],"rounds":1.5})",
         "answered rounds: must be a whole number, 0 to 4294967295, not 1.5"},
        {decision + R"("device":[0,1],"cut":[0,0],"share":[0,0],"rounds":4294967296})",
         "answered rounds: must be a whole number, 0 to 4294967295, not 4294967296"},
    };
    std::mt19937_64 random(1);
    const auto game = MakeGame(random, 2);
    for (const auto& [answer, fault] : cases)
    {
        Program program([&answer = answer](const std::string&) { return answer; });
        const auto error = GetError<std::runtime_error>([&] { program.scheduler->Decide(game); });
        EXPECT_EQ(error.rfind(told, 0), 0u) << error;
        EXPECT_NE(error.find(" " + fault), std::string::npos) << error;
        EXPECT_NE(error.find(", at 0 s of simulated time"), std::string::npos) << error;
    }
}

TEST_F(ExternalSchedulerTest, RefusesOtherVersions)
{
    std::mt19937_64 random(1);
    const auto game = MakeGame(random, 2);
    for (const auto& [hello, fault] : std::vector<std::pair<std::string, std::string>>{
             {R"({"type":"hello","protocol":"dnn-surgery/scheduler/2"})",
              "speaks \"dnn-surgery/scheduler/2\", not \"dnn-surgery/scheduler/1\""},
             {R"({"type":"hello"})", "speaks no protocol"},
             {"hello", "answered what is no JSON: "}})
    {
        Program program(&TakeAdvice, hello);
        const auto error = GetError<std::runtime_error>([&] { program.scheduler->Decide(game); });
        EXPECT_NE(error.find(fault), std::string::npos) << error;
    }
}

TEST_F(ExternalSchedulerTest, NeedsEitherCommandOrDescriptor)
{
    std::mt19937_64 random(1);
    const auto game = MakeGame(random, 2);
    for (const auto& [text, fault] : std::vector<std::pair<std::string, std::string>>{
             {"external", "needs either Command or Descriptor"},
             {"external[Command=true|Descriptor=0]", "needs either Command or Descriptor"},
             {"external[Descriptor=9999]", "Descriptor: 9999 is no connected stream socket"},
             {"external[Command=no-such-program]", "cannot start \"no-such-program\""}})
    {
        const auto scheduler = SurgeryScheduler::Create(text);
        const auto error = GetError<std::invalid_argument>([&] { scheduler->Decide(game); });
        EXPECT_NE(error.find(fault), std::string::npos) << error;
        scheduler->Dispose();
    }
    EXPECT_THROW(SurgeryScheduler::Create("external[Advice=nobody]"), std::invalid_argument);
    EXPECT_THROW(SurgeryScheduler::Create("external[Command='x]"), std::invalid_argument);
}

TEST_F(ExternalSchedulerTest, TellsHowItsProgramEnded)
{
    std::mt19937_64 random(1);
    const auto game = MakeGame(random, 2);

    struct Case
    {
        std::string command; ///< of the program
        std::string timeout; ///< of an answer
        std::string fault;   ///< what is told
    };

    for (const auto& [command, timeout, fault] : std::vector<Case>{
             {"sh -c 'exit 3'",
              "60s",
              "\"sh -c 'exit 3'\" closed the connection, at 0 s of simulated time; it ended with "
              "exit code 3"},
             {"sh -c 'kill -9 $$'", "60s", "; it was ended by a signal (Killed)"},
             {"sleep 1000",
              "200ms",
              "did not answer within 0.2 s (Timeout), at 0 s of simulated time"}})
    {
        const auto scheduler = CreateObject<ExternalScheduler>();
        scheduler->SetAttribute("Command", StringValue(command));
        scheduler->SetAttribute("Timeout", StringValue(timeout));
        const auto error = GetError<std::runtime_error>([&] { scheduler->Decide(game); });
        EXPECT_NE(error.find(fault), std::string::npos) << error;
        scheduler->Dispose();
    }
}

} // namespace
