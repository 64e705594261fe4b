/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_NUMBER_LIST_H
#define SURGERY_NUMBER_LIST_H

#include "ns3/attribute-helper.h"
#include "ns3/attribute.h"
#include "ns3/ptr.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * @param list texts, separated by commas
 * @return the texts, without blanks around them; none of an empty list
 */
std::vector<std::string> SplitList(const std::string& list);

/// Whole numbers, each with what it costs to take it.
using NumberList = std::vector<std::pair<uint64_t, double>>;

/**
 * @ingroup dnn-surgery
 *
 * Read a list such as "32, 16:0.1, 8:0.5": numbers that differ, each with its loss behind a colon
 * if it has one.
 *
 * @param list the list
 * @return its entries, the losses in points of accuracy, 0..100; nothing if it cannot be read
 */
std::optional<NumberList> ParseNumberList(const std::string& list);

/**
 * @ingroup dnn-surgery
 *
 * Checks an attribute that holds a list of numbers as text (MakeNumberListAccessor). A single
 * number may be set as an integer.
 */
class NumberListChecker : public AttributeChecker
{
  public:
    /**
     * @param min the least number
     * @param max the largest number
     */
    NumberListChecker(uint64_t min, uint64_t max);

    /// @param value text or an integer @return whether it is a list of numbers within the range
    bool Check(const AttributeValue& value) const override;

    /// @return the type of values, a text
    std::string GetValueTypeName() const override
    {
        return "ns3::StringValue";
    }

    /// @return true
    bool HasUnderlyingTypeInformation() const override
    {
        return true;
    }

    /// @return the type with the range of its numbers
    std::string GetUnderlyingTypeInformation() const override
    {
        return "number-list " + std::to_string(m_min) + ":" + std::to_string(m_max);
    }

    /// @return what a value must be, in words
    std::string GetWords() const;

    /// @return an empty text
    Ptr<AttributeValue> Create() const override
    {
        return ns3::Create<StringValue>();
    }

    /// @param source a text @param destination set to it @return whether both are texts
    bool Copy(const AttributeValue& source, AttributeValue& destination) const override
    {
        const auto* from = dynamic_cast<const StringValue*>(&source);
        auto* to = dynamic_cast<StringValue*>(&destination);
        if (from && to)
        {
            *to = *from;
        }
        return from && to;
    }

  private:
    uint64_t m_min; ///< the least number
    uint64_t m_max; ///< the largest number
};

/**
 * @ingroup dnn-surgery
 *
 * Sets and gets an attribute that holds a list of numbers as text.
 *
 * @tparam Owner the class with the attribute
 */
template <class Owner>
class NumberListAccessor : public AttributeAccessor
{
  public:
    /**
     * @param member where the owner keeps the text
     */
    explicit NumberListAccessor(std::string Owner::*member)
        : m_member(member)
    {
    }

    /// @param object the owner @param value text or an integer @return whether it was set
    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        auto* owner = dynamic_cast<Owner*>(object);
        const auto* text = dynamic_cast<const StringValue*>(&value);
        const auto* number = dynamic_cast<const UintegerValue*>(&value);
        if (!owner || !(text || number))
        {
            return false;
        }
        owner->*m_member = text ? text->Get() : std::to_string(number->Get());
        return true;
    }

    /// @param object the owner @param value set to its text @return whether it was
    bool Get(const ObjectBase* object, AttributeValue& value) const override
    {
        const auto* owner = dynamic_cast<const Owner*>(object);
        auto* text = dynamic_cast<StringValue*>(&value);
        if (owner && text)
        {
            text->Set(owner->*m_member);
        }
        return owner && text;
    }

    /// @return true
    bool HasGetter() const override
    {
        return true;
    }

    /// @return true
    bool HasSetter() const override
    {
        return true;
    }

  private:
    std::string Owner::*m_member; ///< where the owner keeps the text
};

/**
 * @ingroup dnn-surgery
 *
 * @param min the least number
 * @param max the largest number
 * @return the checker for MakeNumberListAccessor
 */
inline Ptr<const AttributeChecker>
MakeNumberListChecker(uint64_t min, uint64_t max)
{
    return Create<NumberListChecker>(min, max);
}

/**
 * @ingroup dnn-surgery
 *
 * Replaces MakeUintegerAccessor where one number became a list of them: programs that set a number
 * go on to work.
 *
 * @param member where the owner keeps the text
 * @return the accessor
 */
template <class Owner>
Ptr<const AttributeAccessor>
MakeNumberListAccessor(std::string Owner::*member)
{
    return Create<NumberListAccessor<Owner>>(member);
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_NUMBER_LIST_H
