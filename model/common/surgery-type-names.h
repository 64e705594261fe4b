/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TYPE_NAMES_H
#define SURGERY_TYPE_NAMES_H

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
