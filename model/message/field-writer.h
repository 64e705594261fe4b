/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FIELD_WRITER_H
#define FIELD_WRITER_H

#include "ns3/surgery-message-terms.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * Turns the fields of messages into bytes, by their kind: an integer, an enumeration, a double, a
 * string, a cut, a list of doubles or of strings. Such a visitor is handed to a message's
 * ForEachField().
 */

/**
 * @ingroup dnn-surgery
 *
 * @tparam Enum an enumeration with WireValues
 * @param value a value
 * @return its number on the wire; how many there are, if it may not travel
 */
template <typename Enum>
uint8_t
GetWireNumber(Enum value)
{
    const auto& values = WireValues<Enum>::VALUES;
    return std::find(std::begin(values), std::end(values), value) - std::begin(values);
}

/**
 * @ingroup dnn-surgery
 *
 * Bytes that are written one behind the other.
 */
class WrittenBytes
{
  public:
    WrittenBytes()
    {
        m_bytes.reserve(128); // what all but a HELLO and a GRANT of many layers need
    }

    /**
     * @param bytes where to start
     * @param size how many are written
     */
    void Append(const uint8_t* bytes, std::size_t size)
    {
        m_bytes.insert(m_bytes.end(), bytes, bytes + size);
    }

    /**
     * @return how many were written
     */
    std::size_t GetSize() const
    {
        return m_bytes.size();
    }

    /**
     * @param size how many of them count
     * @return the first ones
     */
    std::vector<uint8_t> Take(std::size_t size)
    {
        m_bytes.resize(size);
        return std::move(m_bytes);
    }

  private:
    std::vector<uint8_t> m_bytes; //!< what was written
};

/**
 * @ingroup dnn-surgery
 *
 * Takes the place of WrittenBytes where only their number matters, as for every header made.
 */
class CountedBytes
{
  public:
    /**
     * @param size how many are counted
     */
    void Append(const uint8_t* /* bytes */, std::size_t size)
    {
        m_size += size;
    }

    /**
     * @return how many were counted
     */
    std::size_t GetSize() const
    {
        return m_size;
    }

    /**
     * @param size how many of them count
     * @return this number
     */
    std::size_t Take(std::size_t size) const
    {
        return size;
    }

  private:
    std::size_t m_size{0}; //!< how many were counted
};

/**
 * @ingroup dnn-surgery
 *
 * Turns fields into bytes, as SurgeryHeader documents them.
 *
 * @tparam Bytes what becomes of them: WrittenBytes or CountedBytes
 */
template <typename Bytes>
class FieldWriter
{
  public:
    /**
     * @tparam T the field's type
     * @tparam Checks what tells whether its value is good: of no concern here
     * @param value the field
     */
    template <typename T, typename... Checks>
    void operator()(const char* /* name */,
                    const char* /* unit */,
                    const T& value,
                    const Checks&... /* checks */)
    {
        if constexpr (std::is_same_v<T, std::string>)
        {
            Text(value);
        }
        else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        {
            Integer(static_cast<uint16_t>(value.size()));
            std::for_each(value.begin(), value.end(), [this](const auto& text) { Text(text); });
        }
        else if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            Integer(static_cast<uint32_t>(value.size()));
            uint8_t bits = 0;
            uint32_t count = 0;
            for (const bool bit : value) // by iterator: GRANTs with hundreds of layers are many
            {
                bits = static_cast<uint8_t>(bits << 1 | (bit ? 1 : 0));
                if (++count % 8 == 0)
                {
                    Integer(bits);
                }
            }
            if (count % 8 != 0)
            {
                Integer(static_cast<uint8_t>(bits << (8 - count % 8)));
            }
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            Integer(static_cast<uint16_t>(value.size()));
            std::for_each(value.begin(), value.end(), [this](double element) { Double(element); });
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            Double(value);
        }
        else if constexpr (std::is_enum_v<T>)
        {
            Integer(GetWireNumber(value));
        }
        else
        {
            Integer(static_cast<std::make_unsigned_t<T>>(value));
        }
        m_needed = m_bytes.GetSize();
    }

    /**
     * Writes an optional field. It stays if it or an optional one after it is not absent.
     *
     * @tparam T the field's type
     * @tparam Checks as above
     * @param name its name
     * @param unit its unit
     * @param value the field
     * @param absent the value that does not travel
     */
    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  const T& value,
                  const std::decay_t<T>& absent,
                  const Checks&... /* checks */)
    {
        const auto needed = m_needed;
        (*this)(name, unit, value);
        if (value == absent)
        {
            m_needed = needed;
        }
    }

    /**
     * @return what was written, or counted
     */
    auto Take()
    {
        return m_bytes.Take(m_needed);
    }

  private:
    /**
     * @tparam T an unsigned type
     * @param value a number, written with its highest byte first
     */
    template <typename T>
    void Integer(T value)
    {
        uint8_t bytes[sizeof(T)];
        for (std::size_t i = 0; i < sizeof(T); ++i)
        {
            bytes[i] = static_cast<uint8_t>(value >> 8 * (sizeof(T) - 1 - i));
        }
        m_bytes.Append(bytes, sizeof(T));
    }

    /**
     * @param value a text
     */
    void Text(const std::string& value)
    {
        Integer(static_cast<uint16_t>(value.size()));
        m_bytes.Append(reinterpret_cast<const uint8_t*>(value.data()), value.size());
    }

    /**
     * @param value a number
     */
    void Double(double value)
    {
        uint64_t bits;
        std::memcpy(&bits, &value, sizeof(bits));
        Integer(bits);
    }

    Bytes m_bytes;           //!< what was written
    std::size_t m_needed{0}; //!< how much of it is not absent
};

} // namespace surgery
} // namespace ns3

#endif // FIELD_WRITER_H
