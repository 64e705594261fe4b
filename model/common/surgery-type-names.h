/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TYPE_NAMES_H
#define SURGERY_TYPE_NAMES_H

#include "ns3/attribute.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/type-id.h"

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Check a value that an attribute is to have.
 *
 * @param type the class that has the attribute
 * @param name the attribute's name
 * @param value its value; where an object is expected, TYPE or TYPE[NAME=VALUE|...] in text
 * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
 */
void CheckAttribute(const TypeId& type, const std::string& name, const AttributeValue& value);

/**
 * @ingroup dnn-surgery
 *
 * Make what an attribute is to be set to. Objects in text may have objects in brackets, at any
 * depth, where ns-3 reads one pair of brackets only.
 *
 * @param type the class that has the attribute
 * @param name the attribute's name
 * @param value its value; where an object is expected, TYPE or TYPE[NAME=VALUE|...] in text
 * @return the value; the object, where ns-3 cannot make it of the text
 * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
 */
Ptr<const AttributeValue> MakeAttributeValue(const TypeId& type,
                                             const std::string& name,
                                             const AttributeValue& value);

/**
 * @ingroup dnn-surgery
 *
 * Set an attribute of what a factory makes, and throw where ns-3 would end the program.
 *
 * @param factory the factory
 * @param name the attribute's name
 * @param value its value; where an object is expected, TYPE or TYPE[NAME=VALUE|...] in text
 * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
 */
void SetAttributeOrThrow(ObjectFactory& factory,
                         const std::string& name,
                         const AttributeValue& value);

/**
 * @ingroup dnn-surgery
 *
 * Check an attribute's default, and leave it as it is.
 *
 * @param path "ns3::CLASS::ATTRIBUTE"
 * @param text its value
 * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
 */
void CheckDefault(const std::string& path, const std::string& text);

/**
 * @ingroup dnn-surgery
 *
 * Set an attribute's default, as Config::SetDefault does, and throw where ns-3 would end the
 * program.
 *
 * @param path "ns3::CLASS::ATTRIBUTE"
 * @param text its value
 * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
 */
void SetDefaultOrThrow(const std::string& path, const std::string& text);

/**
 * @ingroup dnn-surgery
 *
 * @param name a TypeId's name
 * @param base a class
 * @return whether there is such a class, it derives from the other one or is it, and can be made
 */
bool IsTypeOf(const std::string& name, TypeId base);

/**
 * @ingroup dnn-surgery
 *
 * Check an object in text. None is made: it would take random streams from those made later.
 *
 * @param text TYPE or TYPE[NAME=VALUE|...]
 * @param base a class
 * @return whether it can be made, and its class is the other one or derives from it
 */
bool IsObjectText(const std::string& text, TypeId base);

/**
 * @ingroup dnn-surgery
 *
 * @param text TYPE or TYPE[NAME=VALUE|...]
 * @return the object; null if there is no such class, or it cannot be made
 * @throws std::invalid_argument if an attribute or its value is wrong
 */
Ptr<Object> MakeObject(const std::string& text);

/**
 * @ingroup dnn-surgery
 *
 * Makes objects of one family by short names, as command lines give them. A short name is the class
 * name without namespace and the family's suffix, in lower case, words joined by '-'. In the family
 * of schedulers, ns3::surgery::ServerOnlyScheduler is "server-only".
 *
 * Every class that derives from the family's base, and has a TypeId and a constructor, belongs to
 * the family, wherever it is defined.
 */
class TypeNames
{
  public:
    /**
     * @param base the family's base class
     * @param suffix what the names of its classes end with ("Scheduler")
     * @param noun what messages call a member ("scheduler")
     */
    TypeNames(TypeId base, std::string suffix, std::string noun);

    /**
     * @return the short names of all classes of the family, sorted
     */
    std::vector<std::string> GetNames() const;

    /**
     * Make an object.
     *
     * @param name a short name or a TypeId's name, optionally with attributes in brackets
     *        ("dads[AmongOffloading=true]")
     * @return the object
     * @throws std::invalid_argument if there is none of that name, listing the known ones, or an
     *         attribute or its value is wrong
     */
    Ptr<Object> Create(const std::string& name) const;

  private:
    /// @return all classes of the family that can be made
    const std::vector<TypeId>& GetTypes() const;
    /// @param type a class @return its short name
    std::string GetShortName(const TypeId& type) const;

    TypeId m_base;        ///< of the family
    std::string m_suffix; ///< of its classes' names
    std::string m_noun;   ///< for messages

    mutable std::vector<TypeId> m_types; ///< that can be made
    mutable uint16_t m_registered{0};    ///< TypeIds of which m_types tells
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TYPE_NAMES_H
