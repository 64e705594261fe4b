/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CLONE_H
#define SURGERY_CLONE_H

#include "ns3/object.h"
#include "ns3/ptr.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Make an object of the same class with the same values of all attributes that can be read and set.
 * An object in an attribute is cloned as well, so that the two share no state.
 *
 * @param object the object
 * @return the other one; null for null
 */
Ptr<Object> CloneObject(Ptr<const Object> object);

/**
 * @ingroup dnn-surgery
 *
 * @copydoc CloneObject
 *
 * @tparam T a class
 */
template <class T>
Ptr<T>
Clone(Ptr<T> object)
{
    return DynamicCast<T>(CloneObject(object));
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CLONE_H
