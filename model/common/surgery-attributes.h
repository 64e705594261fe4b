/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_ATTRIBUTES_H
#define SURGERY_ATTRIBUTES_H

#include "ns3/attribute.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/type-id.h"

#include <string>

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
 * Set attributes of what a factory makes, and throw where ns-3 would end the program.
 *
 * @param factory the factory
 * @param list "[NAME=VALUE|...]", or nothing
 * @throws std::invalid_argument if it is no such list, there is no such attribute, or a value is
 * not one of its
 */
void SetAttributesOrThrow(ObjectFactory& factory, const std::string& list);

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

} // namespace surgery
} // namespace ns3

#endif // SURGERY_ATTRIBUTES_H
