/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "scenario-variants.h"

#include "ns3/surgery-energy.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

using namespace ns3::surgery;

const std::vector<std::string> VARIANT_FIELDS{"variants",
                                              "input_bytes",
                                              "input_encodings",
                                              "activation_bits",
                                              "accuracy_floor_percent",
                                              "accuracy_price_s",
                                              "energy_price_s_per_j",
                                              "radio",
                                              "weigh_idle_power"};

namespace
{

double
GetPercent(const JsonField& field)
{
    return field.GetNumber(0, 100, "a number of points, 0 to 100");
}

double
GetPower(const JsonField& radio, const std::string& name, double least)
{
    return radio.Has(name) ? radio[name].GetNumber(least, 1e6, "a number of W, idle_w to 1e6")
                           : least;
}

uint64_t
GetWidth(const JsonField& field)
{
    const std::string allowed = "8, 16 or 32";
    const auto bits = field.GetNumber(8, 32, allowed);
    if (!IsActivationWidth(bits))
    {
        field.Reject("must be " + allowed);
    }
    return static_cast<uint64_t>(bits);
}

/// A list of objects with a number and what it costs to take it. @tparam Get reads the number
template <class Get>
std::vector<LossyNumber>
GetLossyNumbers(const JsonField& list, const std::string& name, Get get)
{
    std::vector<LossyNumber> numbers;
    for (const auto& item : list.GetItems())
    {
        item.CheckFields({name, "loss_percent"});
        const auto loss = item.Has("loss_percent") ? GetPercent(item["loss_percent"]) : 0.0;
        numbers.push_back({get(item[name]), loss});
    }
    return numbers;
}

std::vector<LossyNumber>
GetWidths(const JsonField& device)
{
    const std::string name = "activation_bits";
    if (!device.Has(name))
    {
        return {{32, 0}};
    }
    if (!device[name].IsList())
    {
        return {{GetWidth(device[name]), 0}};
    }
    auto widths = GetLossyNumbers(device[name], "bits", GetWidth);
    if (widths.empty())
    {
        device[name].Reject("must name a width");
    }
    for (auto width = widths.begin(); width != widths.end(); ++width)
    {
        const auto isEqual = [&](const LossyNumber& other) {
            return other.number == width->number;
        };
        if (std::find_if(widths.begin(), width, isEqual) != width)
        {
            device[name].Reject("must be 8, 16 or 32, each once");
        }
    }
    return widths;
}

std::vector<LossyNumber>
GetInputs(const JsonField& device)
{
    const auto getBytes = [](const JsonField& field) {
        return field.GetInteger(1, uint64_t{1} << 30, "a whole number of bytes, 1 to 2^30");
    };
    std::vector<LossyNumber> inputs{
        {device.Has("input_bytes") ? getBytes(device["input_bytes"]) : 0, 0}};
    if (device.Has("input_encodings"))
    {
        const auto others = GetLossyNumbers(device["input_encodings"], "bytes", getBytes);
        inputs.insert(inputs.end(), others.begin(), others.end());
    }
    return inputs;
}

} // namespace

VariantChoice
ReadVariantChoice(const JsonField& device, const std::string& dnn)
{
    VariantChoice choice;
    choice.dnns.push_back(dnn);
    if (device.Has("variants"))
    {
        for (const auto& name : device["variants"].GetItems())
        {
            choice.dnns.push_back(name.GetName());
        }
    }
    choice.inputBytes = GetInputs(device);
    choice.activationBits = GetWidths(device);
    if (device.Has("accuracy_floor_percent"))
    {
        choice.accuracyFloorPercent = GetPercent(device["accuracy_floor_percent"]);
    }
    if (device.Has("accuracy_price_s"))
    {
        choice.accuracyPriceSPerPercent = device["accuracy_price_s"].GetNumber(
            0,
            1e9,
            "a number of seconds per point of accuracy, 0 to 1e9");
    }
    return choice;
}

Variants
ReadVariants(const JsonField& device, const std::string& dnn, ProfileLibrary& library)
{
    const auto choice = ReadVariantChoice(device, dnn);
    try
    {
        return MakeVariants(choice, library);
    }
    catch (const std::invalid_argument& error)
    {
        device.Reject(error.what());
    }
}

RadioPower
ReadRadio(const JsonField& device)
{
    RadioPower radio;
    if (device.Has("radio"))
    {
        const auto field = device["radio"];
        field.CheckFields({"transmit_w", "receive_w", "idle_w"});
        radio.idleW = GetPower(field, "idle_w", 0);
        radio.transmitW = GetPower(field, "transmit_w", radio.idleW);
        radio.receiveW = GetPower(field, "receive_w", radio.idleW);
    }
    return radio;
}

std::optional<ScenarioPower>
ReadPower(const JsonField& device, const Processor& processor)
{
    const auto radio = ReadRadio(device);
    const auto weighsIdle = !device.Has("weigh_idle_power") || device["weigh_idle_power"].GetFlag();
    const std::string name = "energy_price_s_per_j";
    if (!device.Has(name))
    {
        for (const auto* other : {"radio", "weigh_idle_power"})
        {
            // a battery of a whole scenario feeds the radio
            if (device.Has(other) && !device.Has("battery_j"))
            {
                device[other].Reject("has no effect without \"" + name + "\"");
            }
        }
        return std::nullopt;
    }
    const auto field = device[name];
    const auto price = field.GetNumber(0, 1e9, "a number of seconds per joule, 0 to 1e9");
    if (!processor.GetPower())
    {
        field.Reject("needs a processor whose profile tells what it draws (power), which \"" +
                     processor.GetName() + "\" does not");
    }
    const auto power = GetDevicePower(*processor.GetPower(), radio, weighsIdle);
    return ScenarioPower{power, WeighEnergy(price, power)};
}
