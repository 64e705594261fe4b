/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Prints what the messages tell of themselves, a line per message and per field, as
// dissector-test.py compares it with doc/messages.md and with the dissector.

#include "ns3/surgery-messages.h"

#include <cstdint>
#include <iostream>
#include <set>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace
{

using namespace ns3::surgery;

/// @tparam T a field's type @return its kind, as doc/messages.md calls it
template <typename T>
std::string
GetKind()
{
    if constexpr (std::is_same_v<T, std::string>)
    {
        return "text";
    }
    else if constexpr (std::is_same_v<T, std::vector<bool>>)
    {
        return "cut";
    }
    else if constexpr (std::is_same_v<T, std::vector<double>>)
    {
        return "list";
    }
    else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    {
        return "texts";
    }
    else if constexpr (std::is_enum_v<T>)
    {
        return "u8";
    }
    else
    {
        const auto bits = std::to_string(8 * sizeof(T));
        return (std::is_floating_point_v<T> ? "f" : std::is_signed_v<T> ? "i" : "u") + bits;
    }
}

/// A visitor that collects the names of the fields there are if a cut has layers.
struct WithLayers
{
    std::set<std::string> names; ///< of the fields

    template <typename T, typename... Checks>
    void operator()(const char* name, const char*, T& value, const Checks&...)
    {
        if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            value = {true};
        }
        names.insert(name);
    }

    template <typename T, typename... Checks>
    void Optional(const char*, const char*, T&, const std::decay_t<T>&, const Checks&...)
    {
    }
};

/// A visitor that prints a line per field.
struct FieldLines
{
    std::set<std::string> withLayers; ///< those that are there if a cut has layers

    template <typename T, typename... Checks>
    void operator()(const char* name, const char* unit, const T&, const Checks&...)
    {
        std::cout << "field;" << GetKind<T>() << ';' << name << ';' << unit << ';'
                  << (withLayers.count(name) > 0 ? "always" : "without layers") << '\n';
    }

    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  const T&,
                  const std::decay_t<T>&,
                  const Checks&...)
    {
        std::cout << "field;" << GetKind<T>() << ';' << name << ';' << unit << ";where used\n";
    }
};

template <typename Message>
void
PrintMessage(Message message)
{
    static const char* const PAYLOADS[] = {"none", "possible", "required"};
    const auto role = !message.ROLE                              ? "both"
                      : *message.ROLE == ConnectionRole::CONTROL ? "control"
                                                                 : "data";
    std::cout << "message;" << +static_cast<uint8_t>(message.TYPE) << ';' << message.NAME << ';'
              << (message.SENDER == MessageSender::DEVICE ? "device" : "server") << ';' << role
              << ';' << PAYLOADS[static_cast<uint8_t>(message.PAYLOAD)] << '\n';
    WithLayers withLayers;
    auto copy = message;
    Message::ForEachField(copy, withLayers);
    FieldLines lines{withLayers.names};
    Message::ForEachField(message, lines);
}

template <typename... Messages>
void
PrintAll(const std::variant<Messages...>* /* list */)
{
    (PrintMessage(Messages()), ...);
}

} // unnamed namespace

int
main()
{
    PrintAll(static_cast<const MessageBody*>(nullptr));
    return 0;
}
