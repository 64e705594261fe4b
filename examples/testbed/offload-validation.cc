/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "measured-table.h"
#include "replay.h"
#include "testbed-run.h"
#include "validations.h"

#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr double PAUSE_S = 0.014;     //!< between a result and the next request
constexpr double STEADY_SAMPLES = 15; //!< a bin with as many is judged
constexpr double LEAST_BIN = 5;       //!< below it the rate changes during a transfer
constexpr double MOST_BIN = 28;       //!< above it the bin has no upper end
constexpr double PLANNER_EFFICIENCY = 0.9;
/// The shaper is on an Ethernet port and counts Ethernet's header of 14 bytes; that of a
/// point-to-point link has 2. What counts are packets as large as the MTU of 1500 bytes.
constexpr double FRAMING = (1500.0 + 2) / (1500 + 14);

/// @param settings with a name or not @param name default @return one of them
std::string
GetOr(const std::string& setting, const std::string& name)
{
    return setting.empty() ? name : setting;
}

/// What the runs of one net in one environment have in common.
struct Robot
{
    double localS{0};    ///< everything on the robot, s
    double serverS{0};   ///< everything on the server, s
    double bytes{0};     ///< both ways
    std::string planner; ///< its planner, in text
    double firstBin{0};  ///< from which on its planner offloaded, megabyte/s
    double evenBin{0};   ///< from which on that was faster
};

/// @param settings what to compare @param bytes both ways @param serverS everything on the server,
/// s @return the robot
Robot
FindRobot(const ValidationSettings& settings, double bytes, double serverS)
{
    const MeasuredTable decisions(GetOr(settings.decisions, "intradp-decisions.csv"));
    const auto row =
        decisions.Find({{"net", settings.net}, {"environment", settings.environment}}).front();
    Robot robot;
    robot.localS = row.GetNumber("measured_local_s");
    robot.serverS = serverS;
    robot.bytes = bytes;
    robot.firstBin = row.GetNumber("first_offload_bin_megabyte_per_s");
    robot.evenBin = row.GetNumber("measured_break_even_bin_megabyte_per_s");
    const auto planned = row.GetNumber("planner_server_s");
    // what the planner adds is told by what it recorded in another environment, at its first bin
    double margin = 0;
    for (const auto& other : decisions.Find({{"net", settings.net}}))
    {
        if (other.GetText("environment") != settings.environment)
        {
            margin = other.GetNumber("planner_offload_at_first_s") -
                     other.GetNumber("planner_server_s") -
                     bytes / (PLANNER_EFFICIENCY * 1e6 *
                              other.GetNumber("first_offload_bin_megabyte_per_s"));
        }
    }
    std::ostringstream text;
    text.precision(12);
    text << "TestbedPlannerScheduler[LocalTime=" << row.GetNumber("planner_local_s")
         << "s|ServerTime=" << planned << "s|Bytes=" << static_cast<uint64_t>(bytes)
         << "|Efficiency=" << PLANNER_EFFICIENCY << "|Margin=" << std::max(margin, 0.0) << "s]";
    robot.planner = text.str();
    return robot;
}

/// @param robot what runs @param settings host work @param megabytes rate of the link per second
/// @return its wire and hosts
TestbedRun
MakeShapedRun(const Robot& robot, const ValidationSettings& settings, double megabytes)
{
    TestbedRun run;
    std::ostringstream network;
    const auto rate = 8 * megabytes * FRAMING;
    network << "wired[Delay=100us|BackhaulDelay=0s|BackhaulRate=10Gbps|UplinkQueue=64p|"
               "DownlinkQueue=64p|UplinkMbps=ns3::ConstantRandomVariable[Constant="
            << rate << "]|DownlinkMbps=ns3::ConstantRandomVariable[Constant=" << rate << "]]";
    run.network = network.str();
    run.inputBytes = settings.uploadBytes;
    if (robot.bytes <= static_cast<double>(settings.uploadBytes))
    {
        throw std::invalid_argument("--uploadBytes: must be less than the " +
                                    std::to_string(static_cast<uint64_t>(robot.bytes)) +
                                    " bytes that the table has for both ways");
    }
    const auto resultBytes = static_cast<uint64_t>(robot.bytes) - settings.uploadBytes;
    run.layers = {{robot.localS, robot.serverS, resultBytes}};
    run.hostTime = settings.hostTime;
    run.hostTimePerByte = settings.hostTimePerByte;
    run.pause = Seconds(PAUSE_S);
    run.timestamps = true;
    run.scheduler = "FixedCutScheduler";
    return run;
}

/// A straight line through points: what a duration has per unit of x.
class Slope
{
  public:
    /// Add a point. @param x of it @param y of it
    void Add(double x, double y)
    {
        m_count += 1;
        m_x += x;
        m_y += y;
        m_xx += x * x;
        m_xy += x * y;
    }

    /// @return the slope of the line with the least squares; NaN with less than two points
    double Get() const
    {
        return (m_count * m_xy - m_x * m_y) / (m_count * m_xx - m_x * m_x);
    }

  private:
    double m_count{0}; ///< points
    double m_x{0};     ///< sum
    double m_y{0};     ///< sum
    double m_xx{0};    ///< sum
    double m_xy{0};    ///< sum
};

/// @param run a scenario @return whether its last inference was offloaded
bool
EndsOffloading(const TestbedRun& run)
{
    const auto records = Simulate(run);
    const auto isDone = [](const InferenceRecord& record) {
        return record.outcome == InferenceOutcome::COMPLETED;
    };
    const auto last = std::find_if(records.rbegin(), records.rend(), isDone);
    return last != records.rend() && last->cut != "local";
}

/// @param run a scenario that offloads everything @param transfers how many count
/// @return their median latency, s
double
GetOffloadSeconds(TestbedRun run, uint32_t transfers)
{
    constexpr uint32_t COLD = 10; // the first ones, before there is a grant and while TCP starts
    run.requests = COLD + transfers;
    std::vector<double> seconds;
    for (const auto& record : Simulate(run))
    {
        if (record.outcome == InferenceOutcome::COMPLETED && record.cut != "local" &&
            record.id > COLD)
        {
            seconds.push_back(GetMeasuredLatency(record).GetSeconds());
        }
    }
    if (seconds.empty())
    {
        throw std::runtime_error("no inference was offloaded");
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

} // namespace

Replay::Replay(const ValidationSettings& given)
    : table(GetOr(given.table, "intradp-replay-indoors.csv"))
{
    constexpr double BEFORE_S = 1e-3; // after a request, the planner learns the next one's bin
    auto settings = given;
    settings.net = GetOr(settings.net, "VGG19_BN");
    settings.environment = GetOr(settings.environment, "indoors");
    const MeasuredTable rates(GetOr(settings.trace, "intradp-trace-indoors.csv"));
    std::vector<double> serverTimes;
    bool isPlanned = false;
    for (const auto& row : table.Find({}))
    {
        const auto start = row.GetNumber("start_s");
        if (start >= settings.from && start < settings.until)
        {
            rows.push_back(row);
            isPlanned = isPlanned || row.GetNumber("offloaded") == 0;
            if (row.GetNumber("offloaded") != 0)
            {
                serverTimes.push_back(row.GetNumber("server_s"));
            }
        }
    }
    if (serverTimes.empty())
    {
        throw std::invalid_argument("--from and --until: leave no offloaded inference");
    }
    std::sort(serverTimes.begin(), serverTimes.end());
    const auto begin = settings.from - LEAD_S;

    // the simulation begins LEAD_S before the window
    std::vector<BandwidthTrace::Piece> pieces;
    double bps = 0;
    for (const auto& row : rates.Find({}))
    {
        const auto until = row.GetNumber("start_s") - begin;
        const auto next = row.GetNumber("bits_per_second");
        bps = bps > 0 ? bps : next;
        if (until > 0 && (pieces.empty() || until > pieces.back().untilS))
        {
            pieces.push_back({until, FRAMING * bps, FRAMING * bps});
        }
        bps = next;
    }
    pieces.push_back({pieces.back().untilS + 1000, FRAMING * bps, FRAMING * bps});
    std::ostringstream requestText;
    std::ostringstream binText;
    requestText.precision(12);
    binText.precision(12);
    double previous = 0;
    for (const auto& row : rows)
    {
        const auto start = row.GetNumber("start_s") - begin;
        requestText << start << '\n';
        // a bin of 0 is less than 1/2
        const auto megabytes = std::max(row.GetNumber("bandwidth_bin_megabyte_per_s"), 0.25);
        binText << previous << ',' << 8e6 * megabytes << '\n';
        previous = start + BEFORE_S;
    }
    requests = std::make_unique<ScratchFile>("-requests.csv", requestText.str());
    bins = std::make_unique<ScratchFile>("-bins.csv", binText.str());
    const auto robot = FindRobot(settings,
                                 rows.front().GetNumber("bytes_both_ways"),
                                 serverTimes[serverTimes.size() / 2]);
    run = MakeShapedRun(robot, settings, 29);
    run.trace = std::make_shared<const BandwidthTrace>(pieces);
    run.requestTimes = requests->GetPath();
    run.uplinkEstimator = "ns3::surgery::RecordedLinkEstimator[Rates=" + bins->GetPath() + "]";
    if (isPlanned)
    {
        run.scheduler = robot.planner;
        run.timestep = MilliSeconds(10); // so that each request meets a decision of its own
    }
    run.duration = Seconds(previous + 10);
}

void
ValidateOffload(const ValidationSettings& given, const Report& report)
{
    auto settings = given;
    settings.net = GetOr(settings.net, "VGG19_BN");
    settings.environment = GetOr(settings.environment, "indoors");
    const MeasuredTable table(GetOr(settings.table, "intradp-offload.csv"));
    const auto where = settings.net + " " + settings.environment;
    Slope measuredFactor; // on bytes / bandwidth
    Slope simulatedFactor;
    for (const auto& row :
         table.Find({{"net", settings.net}, {"environment", settings.environment}}))
    {
        const auto bin = row.GetNumber("bandwidth_bin_megabyte_per_s");
        if (bin < std::max(settings.from, 1.0) || bin > std::min(settings.until, MOST_BIN))
        {
            continue;
        }
        const auto robot =
            FindRobot(settings, row.GetNumber("bytes_both_ways"), row.GetNumber("server_median_s"));
        const auto run = MakeShapedRun(robot, settings, bin);
        if (row.GetNumber("n_steady") > 0)
        {
            const auto isJudged = row.GetNumber("n_steady") >= STEADY_SAMPLES && bin >= LEAST_BIN;
            const auto measured = row.GetNumber("steady_median_s");
            const auto simulated = GetOffloadSeconds(run, settings.transfers);
            report({"duration", where, bin, measured, simulated, isJudged});
            if (isJudged)
            {
                const auto bareS = robot.bytes / (1e6 * bin);
                measuredFactor.Add(bareS, measured - robot.serverS);
                simulatedFactor.Add(bareS, simulated - robot.serverS);
            }
        }
        if (!settings.runsPlanners)
        {
            continue;
        }
        auto planned = run;
        planned.scheduler = robot.planner;
        std::ostringstream rate;
        rate << "0," << 8e6 * bin << '\n';
        const ScratchFile rates("-rates.csv", rate.str());
        planned.uplinkEstimator =
            "ns3::surgery::RecordedLinkEstimator[Rates=" + rates.GetPath() + "]";
        planned.duration = Seconds(2);
        report({"planner",
                where,
                bin,
                bin >= robot.firstBin ? 1.0 : 0.0,
                EndsOffloading(planned) ? 1.0 : 0.0});
        // the game learns from offloads what they take, host work included, and then decides
        auto learned = run;
        learned.laterScheduler = "ns3::surgery::DdsScheduler";
        learned.measuresHostWork = true;
        learned.duration = Seconds(6);
        report({"learned",
                where,
                bin,
                bin >= robot.evenBin ? 1.0 : 0.0,
                EndsOffloading(learned) ? 1.0 : 0.0});
    }
    if (std::isfinite(simulatedFactor.Get()))
    {
        report({"factor", where, 0, measuredFactor.Get(), simulatedFactor.Get()});
    }
}

void
ValidateReplay(const ValidationSettings& settings, const Report& report)
{
    const Replay replay(settings);
    const auto& rows = replay.rows;
    const auto records = Simulate(replay.run);
    if (records.size() != rows.size())
    {
        throw std::runtime_error("there are " + std::to_string(records.size()) + " inferences of " +
                                 std::to_string(rows.size()) + " requests");
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const auto& record = records[i];
        const auto start = rows[i].GetNumber("start_s");
        const auto wasOffloaded = rows[i].GetNumber("offloaded");
        report({"decision", "", start, wasOffloaded, record.cut != "local" ? 1.0 : 0.0});
        if (record.outcome == InferenceOutcome::COMPLETED)
        {
            report({"duration",
                    wasOffloaded != 0 ? "offloaded" : "local",
                    start,
                    rows[i].GetNumber("duration_s"),
                    GetMeasuredLatency(record).GetSeconds()});
        }
    }
}
