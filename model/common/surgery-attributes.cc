/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-attributes.h"

#include "ns3/config.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/surgery-number-list.h"
#include "ns3/surgery-random-variable-check.h"
#include "ns3/surgery-value-text.h"
#include "ns3/tcp-congestion-ops.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param text of a vector, a rectangle or a box @return whether it is numbers, with : or | between
bool
AreReals(const std::string& text)
{
    auto list = text + ':';
    std::replace(list.begin(), list.end(), '|', ':');
    std::istringstream stream(list);
    std::string number;
    while (std::getline(stream, number, ':'))
    {
        if (!ReadReal(number))
        {
            return false;
        }
    }
    return true;
}

/// Predict whether ns-3 would end the program when it reads a value, or read only a part of it.
/// @param text the value @param type the TypeId's name of its kind @return whether it can be read
bool
IsReadable(const std::string& text, const std::string& type)
{
    if (type == "ns3::DoubleValue")
    {
        return ReadReal(text).has_value();
    }
    if (type == "ns3::UintegerValue")
    {
        return ReadUnsigned(text).has_value();
    }
    if (type == "ns3::IntegerValue")
    {
        return ReadInteger(text).has_value();
    }
    if (type == "ns3::TimeValue")
    {
        return IsTimeText(text);
    }
    if (type == "ns3::DataRateValue")
    {
        return IsDataRateText(text);
    }
    if (type == "ns3::ObjectPtrContainerValue")
    {
        return false; // cannot be told in text
    }
    const auto word = type.substr(type.rfind(':') + 1); // some lack ns-3's namespace
    if (word == "QueueSizeValue")
    {
        return IsQueueSizeText(text);
    }
    if (word == "Vector2DValue" || word == "Vector3DValue" || word == "VectorValue" ||
        word == "RectangleValue" || word == "BoxValue")
    {
        return AreReals(text);
    }
    if (word == "PriomapValue")
    {
        return IsPriomapText(text);
    }
    // other kinds read one word
    return word == "StringValue" || !HasBlank(text);
}

/// What a type must derive from to take the place of another one.
/// @param type the other one @return the first class after ns3::Object that it derives from, or is
TypeId
GetFamily(TypeId type)
{
    while (type.HasParent() && type.GetParent() != Object::GetTypeId() && type.GetParent() != type)
    {
        type = type.GetParent();
    }
    return type;
}

/// Check a class in text, which objects will be made of. @param text its TypeId's name
/// @param attribute what is to hold it @return what is wrong with it, or nothing
std::string
FindTypeFault(const std::string& text, const TypeId::AttributeInformation& attribute)
{
    TypeId family;
    const auto usual = attribute.originalInitialValue->SerializeToString(attribute.checker);
    if (!TypeId::LookupByNameFailSafe(usual, &family))
    {
        family = Object::GetTypeId();
    }
    family = GetFamily(family);
    auto isOne = IsTypeOf(text, family);
    if (attribute.name == "SocketType") // some of ns-3's call themselves sockets
    {
        ObjectFactory factory;
        factory.SetTypeId(isOne ? text : usual);
        family = TcpCongestionOps::GetTypeId();
        isOne = IsTypeOf(text, family) ||
                (isOne && DynamicCast<TcpCongestionOps>(factory.Create()) != nullptr);
    }
    return isOne ? "" : " (must be a type of " + family.GetName() + " that can be made)";
}

/// @param text TYPE or TYPE[NAME=VALUE|...], one word @return what makes it, if there is such a
/// class
std::optional<ObjectFactory>
ReadFactory(const std::string& text)
{
    TypeId type;
    const auto bracket = text.find('[');
    if (HasBlank(text) || !TypeId::LookupByNameFailSafe(text.substr(0, bracket), &type) ||
        !type.HasConstructor())
    {
        return std::nullopt;
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    SetAttributesOrThrow(factory, bracket == std::string::npos ? "" : text.substr(bracket));
    return factory;
}

/// @param text of an object @return whether there are brackets within its brackets
bool
IsNested(const std::string& text)
{
    const auto bracket = text.find('[');
    return bracket != std::string::npos && text.find('[', bracket + 1) != std::string::npos;
}

/// @param type of a class @param name of its attribute @return it @throws if there is none
TypeId::AttributeInformation
FindAttribute(const TypeId& type, const std::string& name)
{
    TypeId::AttributeInformation attribute;
    if (!type.LookupAttributeByName(name, &attribute))
    {
        throw std::invalid_argument(type.GetName() + ": there is no attribute " + name);
    }
    return attribute;
}

/// @param checker of an attribute @return the class of the objects it points to, if it does
std::optional<TypeId>
GetPointee(const Ptr<const AttributeChecker>& checker)
{
    const auto* pointers = dynamic_cast<const PointerChecker*>(PeekPointer(checker));
    return pointers ? std::make_optional(pointers->GetPointeeTypeId()) : std::nullopt;
}

/// Take the path of a default apart. @param path "ns3::CLASS::ATTRIBUTE" @return both @throws if
/// there is no such class
std::pair<TypeId, std::string>
SplitPath(const std::string& path)
{
    const auto colons = path.rfind("::");
    TypeId type;
    if (colons == std::string::npos || !TypeId::LookupByNameFailSafe(path.substr(0, colons), &type))
    {
        throw std::invalid_argument(path + ": there is no such attribute");
    }
    return {type, path.substr(colons + 2)};
}

/// Check a value. @param type the class with the attribute @param attribute it @param value its
/// value
/// @throws std::invalid_argument if the value is not one of its
void
CheckValue(const TypeId& type,
           const TypeId::AttributeInformation& attribute,
           const AttributeValue& value)
{
    const auto& checker = attribute.checker;
    const auto refuse = [&](const std::string& why) {
        const auto* given = dynamic_cast<const StringValue*>(&value); // which would add quotes
        const auto quoted = '"' + (given ? given->Get() : value.SerializeToString(checker)) + '"';
        const auto* list = dynamic_cast<const NumberListChecker*>(PeekPointer(checker));
        throw std::invalid_argument(
            type.GetName() + ": " + attribute.name + ": " +
            (list ? list->GetWords() + ", not " + quoted
                  : quoted + " is no valid " + checker->GetUnderlyingTypeInformation()) +
            why);
    };
    const auto* text = dynamic_cast<const StringValue*>(&value);
    const auto pointee = GetPointee(checker);
    if (pointee && text)
    {
        std::optional<ObjectFactory> factory;
        std::string why;
        try
        {
            factory = ReadFactory(text->Get());
        }
        catch (const std::invalid_argument& error)
        {
            why = std::string(" (") + error.what() + ")";
        }
        if (!factory)
        {
            const auto isRandom = *pointee == RandomVariableStream::GetTypeId();
            refuse(why.empty() && isRandom ? ", such as ns3::ConstantRandomVariable[Constant=0.1]"
                                           : why);
        }
        if (IsNested(text->Get()))
        {
            if (!IsTypeOf(factory->GetTypeId().GetName(), *pointee))
            {
                refuse("");
            }
            return; // ns-3 would end the program
        }
    }
    const auto kind = checker->GetValueTypeName();
    if (text && kind.substr(kind.rfind(':') + 1) == "TypeIdValue")
    {
        const auto fault = FindTypeFault(text->Get(), attribute);
        if (!fault.empty())
        {
            refuse(fault);
        }
    }
    // ns-3 would read another text than all of a text
    const auto isText = text && kind == "ns3::StringValue";
    bool isValid = !text || IsReadable(text->Get(), kind);
    try
    {
        isValid = isValid && (isText ? checker->Check(value) : !!checker->CreateValidValue(value));
    }
    catch (const std::exception&) // of what an Address is read with
    {
        isValid = false;
    }
    if (!isValid)
    {
        refuse("");
    }
}

} // namespace

void
CheckAttribute(const TypeId& type, const std::string& name, const AttributeValue& value)
{
    CheckValue(type, FindAttribute(type, name), value);
}

Ptr<const AttributeValue>
MakeAttributeValue(const TypeId& type, const std::string& name, const AttributeValue& value)
{
    const auto attribute = FindAttribute(type, name);
    CheckValue(type, attribute, value);
    const auto* text = dynamic_cast<const StringValue*>(&value);
    // an object of its owner's own stays text
    if (text && GetPointee(attribute.checker) && IsNested(text->Get()) &&
        !attribute.checker->Check(value))
    {
        return Create<PointerValue>(MakeObject(text->Get()));
    }
    return value.Copy();
}

void
SetAttributeOrThrow(ObjectFactory& factory, const std::string& name, const AttributeValue& value)
{
    factory.Set(name, *MakeAttributeValue(factory.GetTypeId(), name, value));
}

void
SetAttributesOrThrow(ObjectFactory& factory, const std::string& list)
{
    const auto type = factory.GetTypeId().GetName();
    std::map<std::string, std::string> given;
    if (list.empty())
    {
        CheckRandomVariable(factory.GetTypeId(), given);
        return;
    }
    if (list.back() != ']')
    {
        throw std::invalid_argument(type + ": \"" + list + "\" is not [NAME=VALUE|...]");
    }
    int depth = 0;
    std::string pair;
    for (std::size_t i = 1; i < list.size(); ++i)
    {
        const auto isLast = i + 1 == list.size();
        if (isLast || (list[i] == '|' && depth == 0))
        {
            const auto equals = pair.find('=');
            if (equals == std::string::npos || depth != 0)
            {
                throw std::invalid_argument(type + ": \"" + pair + "\" is not NAME=VALUE");
            }
            const auto name = TrimBlanks(pair.substr(0, equals));
            given[name] = pair.substr(equals + 1);
            SetAttributeOrThrow(factory, name, StringValue(given[name]));
            pair.clear();
            continue;
        }
        depth += list[i] == '[' ? 1 : list[i] == ']' ? -1 : 0;
        if (depth < 0)
        {
            throw std::invalid_argument(type + ": \"" + list + "\": brackets do not match");
        }
        pair += list[i];
    }
    CheckRandomVariable(factory.GetTypeId(), given);
}

void
CheckDefault(const std::string& path, const std::string& text)
{
    const auto [type, name] = SplitPath(path);
    CheckAttribute(type, name, StringValue(text));
}

void
SetDefaultOrThrow(const std::string& path, const std::string& text)
{
    const auto [type, name] = SplitPath(path);
    Config::SetDefault(path, *MakeAttributeValue(type, name, StringValue(text)));
}

bool
IsObjectText(const std::string& text, TypeId base)
{
    try
    {
        const auto factory = ReadFactory(text);
        return factory && IsTypeOf(factory->GetTypeId().GetName(), base);
    }
    catch (const std::invalid_argument&)
    {
        return false;
    }
}

Ptr<Object>
MakeObject(const std::string& text)
{
    const auto factory = ReadFactory(text);
    return factory ? factory->Create() : nullptr;
}

bool
IsTypeOf(const std::string& name, TypeId base)
{
    TypeId type;
    return TypeId::LookupByNameFailSafe(name, &type) && (type == base || type.IsChildOf(base)) &&
           type.HasConstructor();
}

} // namespace surgery
} // namespace ns3
