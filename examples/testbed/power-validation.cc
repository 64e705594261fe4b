/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "measured-table.h"
#include "replay.h"
#include "testbed-run.h"
#include "validations.h"

#include <stdexcept>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

void
ValidatePower(const ValidationSettings& settings, const Report& report)
{
    const MeasuredTable power("intradp-power.csv");
    const MeasuredTable local("intradp-local.csv");
    const auto find =
        [&](const std::string& net, const std::string& environment, const std::string& mode) {
            return power.Find({{"net", net}, {"environment", environment}, {"mode", mode}}).front();
        };
    for (const auto& mixed : power.Find({{"mode", "flex"}}))
    {
        const auto net = mixed.GetText("net");
        const auto environment = mixed.GetText("environment");
        const auto getLocalS = [&](const std::string& run) {
            return local.Find({{"net", net}, {"run", run}}).front().GetNumber("duration_median_s");
        };
        // two states: the robot computes, or it does not
        const auto alone = find(net, "indoors", "local");
        const auto waitingW = find(net, "indoors", "all").GetNumber("board_mean_w");
        const auto duty = alone.GetNumber("n_inferences") * getLocalS("local_indoors") /
                          alone.GetNumber("span_s");
        const auto computingW = waitingW + (alone.GetNumber("board_mean_w") - waitingW) / duty;
        const auto share = (1 - mixed.GetNumber("offloaded_fraction")) *
                           mixed.GetNumber("n_inferences") * getLocalS("flex_" + environment) /
                           mixed.GetNumber("span_s");
        // what waits in one trace waits in the other one
        const auto floorW = find(net, environment, "all").GetNumber("board_mean_w");
        report({"mixed",
                net + " " + environment,
                share,
                mixed.GetNumber("board_mean_w"),
                floorW + (computingW - floorW) * share});
        if (net != "VGG19_BN" || environment != "indoors")
        {
            continue;
        }
        Replay replay(settings);
        const MeasuredTable windows("intradp-power-window.csv");
        const auto window =
            windows.Find({{"net", net}, {"environment", environment}, {"mode", "flex"}}).front();
        if (settings.from > window.GetNumber("from_s") ||
            settings.until < window.GetNumber("until_s"))
        {
            throw std::invalid_argument(
                "--from and --until: the power of the window is known of all of it only");
        }
        double meanW = 0;
        replay.run.power = {computingW,
                            waitingW,
                            Seconds(Replay::LEAD_S),
                            Seconds(Replay::LEAD_S + window.GetNumber("until_s")),
                            &meanW};
        Simulate(replay.run);
        report({"window", net + " " + environment, 0, window.GetNumber("board_mean_w"), meanW});
    }
}
