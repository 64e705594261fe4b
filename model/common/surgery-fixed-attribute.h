/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_FIXED_ATTRIBUTE_H
#define SURGERY_FIXED_ATTRIBUTE_H

#include "ns3/attribute.h"
#include "ns3/object-base.h"
#include "ns3/ptr.h"

#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * @param object an object
 * @param accessor of one of its attributes
 * @return "CLASS: ATTRIBUTE", without the namespace
 */
std::string GetAttributeWords(const ObjectBase& object, const AttributeAccessor& accessor);

/**
 * @ingroup dnn-surgery
 *
 * Sets and gets an attribute as another accessor does, and refuses to set it while its owner runs:
 * what the owner has told others, or has built on the value, would not change.
 *
 * @tparam Owner the class with the attribute
 */
template <class Owner>
class FixedAttributeAccessor : public AttributeAccessor
{
  public:
    /// Tells whether the owner runs.
    using Question = bool (Owner::*)() const;

    /**
     * @param isRunning tells whether the owner runs
     * @param accessor sets and gets the attribute
     */
    FixedAttributeAccessor(Question isRunning, Ptr<const AttributeAccessor> accessor)
        : m_isRunning(isRunning),
          m_accessor(accessor)
    {
    }

    /// @param object the owner @param value the value @return whether it was set
    /// @throws std::invalid_argument if the owner runs
    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        const auto* owner = dynamic_cast<const Owner*>(object);
        if (owner && (owner->*m_isRunning)())
        {
            throw std::invalid_argument(GetAttributeWords(*object, *this) +
                                        ": cannot be set while the application runs");
        }
        return m_accessor->Set(object, value);
    }

    /// @param object the owner @param value set to the attribute @return whether it was
    bool Get(const ObjectBase* object, AttributeValue& value) const override
    {
        return m_accessor->Get(object, value);
    }

    /// @return whether the attribute can be got
    bool HasGetter() const override
    {
        return m_accessor->HasGetter();
    }

    /// @return whether the attribute can be set
    bool HasSetter() const override
    {
        return m_accessor->HasSetter();
    }

  private:
    Question m_isRunning;                    ///< whether the owner runs
    Ptr<const AttributeAccessor> m_accessor; ///< sets and gets
};

/**
 * @ingroup dnn-surgery
 *
 * @param isRunning the owner's function that tells whether it runs
 * @param accessor sets and gets an attribute
 * @return an accessor that refuses to set it while the owner runs
 */
template <class Owner>
Ptr<const AttributeAccessor>
MakeFixedAttributeAccessor(bool (Owner::*isRunning)() const, Ptr<const AttributeAccessor> accessor)
{
    return Create<FixedAttributeAccessor<Owner>>(isRunning, accessor);
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_FIXED_ATTRIBUTE_H
