/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "device-groups.h"

#include "client-defaults.h"
#include "group-mobility.h"
#include "scenario-applications.h"
#include "scenario-document.h"
#include "scenario-fields.h"
#include "scenario-values.h"
#include "scenario-variants.h"
#include "server-fields.h"

#include "ns3/address.h"
#include "ns3/string.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-type-names.h"
#include "ns3/surgery-value-text.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// The time from a result to the next request of devices that do not say theirs.
const std::string DEFAULT_THINK_TIME = "ns3::ExponentialRandomVariable[Mean=0.2]";

/// The time between two requests: InferenceClient takes 1,000 in a millisecond.
const Range INTERVAL_RANGE{1e-6, 1e9, "a number of seconds, 1e-6 to 1e9"};

/// @param number a number @return it in text, so that it is read as the same
std::string
ToExactText(double number)
{
    constexpr int MOST_DIGITS = std::numeric_limits<double>::max_digits10;
    std::string text;
    for (int digits = 6; digits <= MOST_DIGITS; ++digits)
    {
        std::ostringstream stream;
        stream << std::setprecision(digits) << number;
        text = stream.str();
        if (ReadReal(text) == number)
        {
            break;
        }
    }
    return text;
}

/// @param numbers with their losses @return them as InferenceClient reads them
std::string
ToList(const std::vector<LossyNumber>& numbers)
{
    std::string list;
    for (const auto& number : numbers)
    {
        list += (list.empty() ? "" : ",") + std::to_string(number.number);
        list += number.lossPercent > 0 ? ":" + ToExactText(number.lossPercent) : "";
    }
    return list;
}

/// Reads the fields that the devices of a group have in common.
class GroupReader
{
  public:
    /// @param group all fields @param folder where relative paths start
    /// @param defaults of attributes, as the scenario sets them
    GroupReader(const JsonField& group, const std::string& folder, const Attributes& defaults)
        : m_group(group),
          m_folder(folder),
          m_defaults(defaults)
    {
        ReadWhatRuns();
        ReadEnergy();
        ReadRequests();
        CheckWhatSolvingReads();
        if (Has("estimator"))
        {
            ReadEstimator(m_group["estimator"]);
        }
        ReadOwnAttributes();
        if (Has("away"))
        {
            m_device.away = GetOutages(m_group["away"]);
        }
    }

    /// @return a device without DNN, processor and name
    const SimulatedDevice& GetDevice() const
    {
        return m_device;
    }

  private:
    /// @param name of a field @return whether the group has it
    bool Has(const std::string& name) const
    {
        return m_group.Has(name);
    }

    /// @param name of an attribute @return whether the scenario, or who runs it, set its default
    bool IsDefaultGiven(const std::string& name) const
    {
        const auto type = InferenceClient::GetTypeId();
        const auto isIt = [path = type.GetName() + "::" + name](const auto& given) {
            return given.first == path;
        };
        return IsClientDefaultSet(name) || std::any_of(m_defaults.begin(), m_defaults.end(), isIt);
    }

    /// Set an attribute. @param name its @param text value
    void Set(const std::string& name, const std::string& text)
    {
        m_device.attributes.emplace_back(name, text);
    }

    /// Set an attribute to a number. @param attribute its name @param field where the number is,
    /// which was checked
    void SetNumber(const std::string& attribute, const std::string& field)
    {
        if (Has(field))
        {
            Set(attribute, m_group[field].ToJson());
        }
    }

    /// What may run, and how tensors are sent.
    void ReadWhatRuns()
    {
        const auto choice = ReadVariantChoice(m_group, "");
        std::string variants;
        for (std::size_t i = 1; i < choice.dnns.size(); ++i)
        {
            variants += (i == 1 ? "" : ",") + ResolveProfile(choice.dnns[i], m_folder);
        }
        if (!variants.empty())
        {
            Set("Variants", variants);
        }
        if (Has("activation_bits"))
        {
            Set("ActivationBits", ToList(choice.activationBits));
        }
        const auto& inputs = choice.inputBytes;
        if (inputs.front().number > 0)
        {
            Set("InputBytes", std::to_string(inputs.front().number));
        }
        if (inputs.size() > 1)
        {
            Set("InputEncodings", ToList({inputs.begin() + 1, inputs.end()}));
        }
        SetNumber("AccuracyFloor", "accuracy_floor_percent");
        SetNumber("AccuracyPrice", "accuracy_price_s");
        if (Has("rho"))
        {
            Set("UsagePrice", ToAttribute(GetTime(m_group["rho"], TIME_RANGE)));
        }
    }

    /// What the device draws, and what that is worth.
    void ReadEnergy()
    {
        SetNumber("EnergyPrice", "energy_price_s_per_j");
        if (Has("weigh_idle_power"))
        {
            Set("WeighIdlePower", m_group["weigh_idle_power"].GetFlag() ? "true" : "false");
        }
        if (Has("radio"))
        {
            const auto radio = ReadRadio(m_group);
            Set("TransmitPower", ToExactText(radio.transmitW));
            Set("ReceivePower", ToExactText(radio.receiveW));
            Set("RadioIdlePower", ToExactText(radio.idleW));
        }
        if (Has("battery_j"))
        {
            m_device.batteryJ = GetNumber(m_group["battery_j"], BATTERY_RANGE);
        }
    }

    /// When requests come, and until when results are of use.
    void ReadRequests()
    {
        const std::vector<std::string> ways{"think_time_s", "interval_s", "request_times"};
        std::string given;
        for (const auto& way : ways)
        {
            if (Has(way) && !given.empty())
            {
                m_group[way].Reject("cannot be beside \"" + given + "\"");
            }
            given = Has(way) ? way : given;
        }
        if (Has("think_time_s"))
        {
            Set("ThinkTime", ReadRandomVariable(m_group["think_time_s"]));
        }
        else if (!IsDefaultGiven("ThinkTime"))
        {
            Set("ThinkTime", DEFAULT_THINK_TIME);
        }
        if (Has("interval_s"))
        {
            Set("OpenLoop", "true");
            Set("Interval", ReadRandomVariable(m_group["interval_s"], INTERVAL_RANGE));
        }
        if (Has("request_times"))
        {
            const auto field = m_group["request_times"];
            const auto path = ResolvePath(field.GetName(), m_folder);
            At(field.GetPlace(), [&] { // reads the file
                CreateObject<InferenceClient>()->SetAttribute("RequestTimes", StringValue(path));
            });
            Set("RequestTimes", path);
        }
        if (Has("deadline_s"))
        {
            Set("Deadline", ToAttribute(GetTime(m_group["deadline_s"], TIME_RANGE)));
        }
        if (Has("drop_late"))
        {
            Set("DropLate", m_group["drop_late"].GetFlag() ? "true" : "false");
        }
    }

    /// Check links and rates, which a simulation does not use.
    void CheckWhatSolvingReads() const
    {
        CheckLink(m_group);
        if (Has("links"))
        {
            for (const auto& [name, link] : m_group["links"].GetFields())
            {
                link.CheckFields(LINK_FIELDS);
                link["uplink_bps"];
                link["downlink_bps"];
                CheckLink(link);
            }
        }
        for (const auto& [name, range] : {std::make_pair("request_rate", REQUEST_RANGE),
                                          std::make_pair("gap_variation", VARIATION_RANGE)})
        {
            if (Has(name))
            {
                GetNumber(m_group[name], range);
            }
        }
    }

    /// @param field that may have a link's fields
    static void CheckLink(const JsonField& field)
    {
        for (const auto& name : LINK_FIELDS)
        {
            if (field.Has(name))
            {
                GetNumber(field[name], name == "delay_s" ? TIME_RANGE : RATE_RANGE);
            }
        }
    }

    /// @param field "estimator"
    void ReadEstimator(const JsonField& field)
    {
        const auto whole =
            ReadObject(field,
                       TypeNames(LinkEstimator::GetTypeId(), "LinkEstimator", "link estimator"));
        Set("UplinkEstimator", whole);
        Set("DownlinkEstimator", whole);
    }

    /// Attributes that have no field.
    void ReadOwnAttributes()
    {
        InferenceClientHelper helper{Address()};
        for (const auto& [name, text] : m_device.attributes)
        {
            At(m_group.GetPlace(),
               [&, &name = name, &text = text] { helper.SetAttribute(name, StringValue(text)); });
        }
        if (!Has("attributes"))
        {
            return;
        }
        std::set<std::string> taken{"Remote", "Mode", "Choice", "Dnn", "Processor"};
        for (const auto& attribute : m_device.attributes)
        {
            taken.insert(attribute.first);
        }
        const auto own =
            ReadAttributes(m_group["attributes"],
                           [&](const std::string& name, const std::string& text) {
                               if (taken.count(name) > 0)
                               {
                                   throw std::invalid_argument(
                                       "is set by the simulation, or by a field of the group");
                               }
                               helper.SetAttribute(name, StringValue(text));
                           });
        m_device.attributes.insert(m_device.attributes.end(), own.begin(), own.end());
    }

    JsonField m_group;        ///< all fields
    std::string m_folder;     ///< where relative paths start
    Attributes m_defaults;    ///< of attributes
    SimulatedDevice m_device; ///< what was read so far
};

/// @param member of a group @param simulation with the devices before it
/// @return when its client starts
Time
GetMemberStart(const GroupMember& member, const Simulation& simulation)
{
    if (!member.group.Has("start_s"))
    {
        return GetStart(simulation, simulation.devices.size());
    }
    return GetTime(member.group["start_s"], TIME_RANGE) + simulation.startSpacing * member.index;
}

/// @param processor a processor @param variants what it has to run
/// @param library where profiles come from
/// @throws std::invalid_argument if it is not known how long a layer takes on it
void
CheckRuns(const Processor& processor, const Variants& variants, ProfileLibrary& library)
{
    for (const auto& variant : variants)
    {
        processor.GetLayerSeconds(*library.GetDnn(variant.dnn));
    }
}

} // namespace

void
ReadDevices(const JsonField& root,
            const std::string& folder,
            ProfileLibrary& library,
            Simulation& simulation)
{
    MobilityReader mobility(folder, simulation);
    const auto servers = ReadServerProcessors(root, folder, library);
    SimulatedDevice shared;
    std::set<std::pair<std::string, std::string>> known; // DNNs and processors of the group
    for (const auto& member : ExpandGroups(root))
    {
        const auto& group = member.group;
        if (member.index == 0)
        {
            shared = GroupReader(group, folder, simulation.defaults).GetDevice();
            mobility.BeginGroup(group);
            known.clear();
        }
        auto device = shared;
        const auto [processor, text] = ReadProcessor(member.processor, folder, library);
        if (known.emplace(member.dnn, text).second)
        {
            At(group["dnn"].GetPlace(), [&] { library.GetDnn(member.dnn); });
            const auto variants = ReadVariants(group, member.dnn, library);
            At(member.processor.GetPlace(), [&] { CheckRuns(*processor, variants, library); });
            for (const auto& [place, server] : servers)
            {
                At(place, [&, &server = server] { CheckRuns(*server, variants, library); });
            }
            ReadPower(group, *processor);
            if (device.batteryJ && !processor->GetPower())
            {
                group["battery_j"].Reject("needs a processor whose profile tells what it draws "
                                          "(power), which \"" +
                                          processor->GetName() + "\" does not");
            }
        }
        device.name = member.name;
        device.attributes.emplace_back("Dnn", ResolveProfile(member.dnn, folder));
        device.attributes.emplace_back("Processor", text);
        device.start = GetMemberStart(member, simulation);
        device.mobility = mobility.GetIndex();
        device.site = mobility.GetSite(member.index);
        simulation.devices.push_back(std::move(device));
    }
    mobility.Check();
}

std::string
DescribeMobility(const Simulation& simulation)
{
    std::string text;
    for (const auto& mobility : simulation.mobilities)
    {
        text +=
            (text.empty() ? "" : ", ") + (mobility.model.empty() ? mobility.how : mobility.model);
    }
    return text;
}
