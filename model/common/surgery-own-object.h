/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_OWN_OBJECT_H
#define SURGERY_OWN_OBJECT_H

#include "ns3/attribute.h"
#include "ns3/object-base.h"
#include "ns3/object.h"
#include "ns3/pointer.h"
#include "ns3/ptr.h"
#include "ns3/string.h"
#include "ns3/surgery-attributes.h"
#include "ns3/type-id.h"

#include <functional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Checks an attribute that holds an object of its owner's own (MakeOwnObjectAccessor).
 *
 * Text stays text: with ns-3's checker of pointers, Config::SetDefault and the command line turn it
 * into one object, which all owners then share.
 *
 * @tparam T the object's class
 */
template <class T>
class OwnObjectChecker : public PointerChecker
{
  public:
    /// @param mayBeNull whether a pointer to nothing may be set
    explicit OwnObjectChecker(bool mayBeNull)
        : m_mayBeNull(mayBeNull)
    {
    }

    /// @param value a pointer, or text that makes an object @return whether it may be set
    bool Check(const AttributeValue& value) const override
    {
        if (const auto* text = dynamic_cast<const StringValue*>(&value))
        {
            return IsObjectText(text->Get(), T::GetTypeId());
        }
        const auto* pointer = dynamic_cast<const PointerValue*>(&value);
        if (pointer && !pointer->GetObject())
        {
            return m_mayBeNull;
        }
        return pointer && DynamicCast<T>(pointer->GetObject());
    }

    /// @return the type of values, a pointer
    std::string GetValueTypeName() const override
    {
        return "ns3::PointerValue";
    }

    /// @return true
    bool HasUnderlyingTypeInformation() const override
    {
        return true;
    }

    /// @return the type of the pointer
    std::string GetUnderlyingTypeInformation() const override
    {
        return "ns3::Ptr< " + T::GetTypeId().GetName() + " >";
    }

    /// @return a pointer to nothing
    Ptr<AttributeValue> Create() const override
    {
        return ns3::Create<PointerValue>();
    }

    /// @param source a pointer @param destination set to it @return whether both are pointers
    bool Copy(const AttributeValue& source, AttributeValue& destination) const override
    {
        const auto* from = dynamic_cast<const PointerValue*>(&source);
        auto* to = dynamic_cast<PointerValue*>(&destination);
        if (from && to)
        {
            *to = *from;
        }
        return from && to;
    }

    /// @return the class of the objects
    TypeId GetPointeeTypeId() const override
    {
        return T::GetTypeId();
    }

  private:
    bool m_mayBeNull; ///< whether a pointer to nothing may be set
};

/**
 * @ingroup dnn-surgery
 *
 * Sets and gets an attribute that holds an object of its owner's own: text makes a new object for
 * each owner, a pointer that a program passes is kept as it is.
 *
 * @tparam Owner the class with the attribute
 * @tparam T the object's class
 */
template <class Owner, class T>
class OwnObjectAccessor : public AttributeAccessor
{
  public:
    /// Takes the object.
    using Setter = std::function<void(Owner&, Ptr<T>)>;

    /// Gives the object.
    using Getter = std::function<Ptr<T>(const Owner&)>;

    /**
     * @param setter takes the object
     * @param getter gives it
     */
    OwnObjectAccessor(Setter setter, Getter getter)
        : m_setter(setter),
          m_getter(getter)
    {
    }

    /// @param object the owner @param value a pointer, or text @return whether it was set
    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        auto* owner = dynamic_cast<Owner*>(object);
        auto pointer = dynamic_cast<const PointerValue*>(&value);
        PointerValue made;
        if (const auto* text = dynamic_cast<const StringValue*>(&value))
        {
            made.SetObject(MakeObject(text->Get()));
            pointer = made.GetObject() ? &made : nullptr;
        }
        if (!owner || !pointer)
        {
            return false;
        }
        m_setter(*owner, DynamicCast<T>(pointer->GetObject()));
        return true;
    }

    /// @param object the owner @param value set to its pointer @return whether it was
    bool Get(const ObjectBase* object, AttributeValue& value) const override
    {
        const auto* owner = dynamic_cast<const Owner*>(object);
        auto* pointer = dynamic_cast<PointerValue*>(&value);
        if (!owner || !pointer)
        {
            return false;
        }
        pointer->SetObject(m_getter(*owner));
        return true;
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
    Setter m_setter; ///< takes the object
    Getter m_getter; ///< gives it
};

/**
 * @ingroup dnn-surgery
 *
 * @tparam T the class of the attribute's objects
 * @return the checker for MakeOwnObjectAccessor
 */
template <class T>
Ptr<const AttributeChecker>
MakeOwnObjectChecker()
{
    return Create<OwnObjectChecker<T>>(false);
}

/**
 * @ingroup dnn-surgery
 *
 * @tparam T the class of the attribute's objects
 * @return the checker for MakeOwnObjectAccessor if there may be no object
 */
template <class T>
Ptr<const AttributeChecker>
MakeOptionalObjectChecker()
{
    return Create<OwnObjectChecker<T>>(true);
}

/**
 * @ingroup dnn-surgery
 *
 * Replaces MakePointerAccessor if the object has state that owners must not share.
 *
 * @param member where the owner keeps its object
 * @return the accessor
 */
template <class Owner, class T>
Ptr<const AttributeAccessor>
MakeOwnObjectAccessor(Ptr<T> Owner::*member)
{
    return Create<OwnObjectAccessor<Owner, T>>(
        [member](Owner& owner, Ptr<T> object) { owner.*member = object; },
        [member](const Owner& owner) { return owner.*member; });
}

/**
 * @ingroup dnn-surgery
 *
 * @param setter takes the object
 * @param getter gives it
 * @return the accessor
 */
template <class Owner, class T>
Ptr<const AttributeAccessor>
MakeOwnObjectAccessor(void (Owner::*setter)(Ptr<T>), Ptr<T> (Owner::*getter)() const)
{
    return Create<OwnObjectAccessor<Owner, T>>(
        [setter](Owner& owner, Ptr<T> object) { (owner.*setter)(object); },
        [getter](const Owner& owner) { return (owner.*getter)(); });
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_OWN_OBJECT_H
