/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WIRE_H
#define WIRE_H

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
 * Fields of messages as bytes, by their kind: an integer, an enumeration, a double, a string, a
 * cut, a list of doubles or of strings. The visitors are handed to a message's ForEachField().
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
 * Turns fields into bytes, as SurgeryHeader documents them.
 */
class FieldWriter
{
  public:
    FieldWriter()
    {
        m_bytes.reserve(128); // what all but a HELLO and a GRANT of many layers need
    }

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
                    m_bytes.push_back(bits);
                }
            }
            if (count % 8 != 0)
            {
                m_bytes.push_back(static_cast<uint8_t>(bits << (8 - count % 8)));
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
        m_needed = m_bytes.size();
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
     * @return what was written
     */
    std::vector<uint8_t> Take()
    {
        m_bytes.resize(m_needed);
        return std::move(m_bytes);
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
        m_bytes.insert(m_bytes.end(), std::begin(bytes), std::end(bytes));
    }

    /**
     * @param value a text
     */
    void Text(const std::string& value)
    {
        Integer(static_cast<uint16_t>(value.size()));
        m_bytes.insert(m_bytes.end(), value.begin(), value.end());
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

    std::vector<uint8_t> m_bytes; //!< what was written
    std::size_t m_needed{0};      //!< how much of it is not absent
};

/**
 * @ingroup dnn-surgery
 *
 * Turns bytes into fields, never reading beyond them.
 */
class FieldReader
{
  public:
    /**
     * @param bytes where to start
     * @param size how many there are
     */
    FieldReader(const uint8_t* bytes, std::size_t size)
        : m_bytes(bytes),
          m_left(size)
    {
    }

    /**
     * @tparam T the field's type
     * @tparam Checks what tells whether its value is good: of no concern here
     * @param [out] value the field, of no meaning if the bytes do not suffice
     */
    template <typename T, typename... Checks>
    void operator()(const char* /* name */,
                    const char* /* unit */,
                    T& value,
                    const Checks&... /* checks */)
    {
        m_isLastAbsent = false;
        if constexpr (std::is_same_v<T, std::string>)
        {
            Text(value);
        }
        else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        {
            value.clear();
            for (auto count = Integer<uint16_t>(); count > 0 && m_good; --count)
            {
                Text(value.emplace_back());
            }
        }
        else if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            Cut(value);
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            const std::size_t count = Integer<uint16_t>();
            if (Need(count * sizeof(double)))
            {
                value.resize(count);
                std::generate(value.begin(), value.end(), [this] { return Double(); });
            }
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            value = Double();
        }
        else if constexpr (std::is_enum_v<T>)
        {
            const auto number = Integer<uint8_t>();
            m_good = m_good && number < std::size(WireValues<T>::VALUES);
            value = WireValues<T>::VALUES[m_good ? number : 0];
        }
        else
        {
            value = static_cast<T>(Integer<std::make_unsigned_t<T>>());
        }
    }

    /**
     * Reads an optional field if there are bytes left.
     *
     * @tparam T the field's type
     * @tparam Checks as above
     * @param name its name
     * @param unit its unit
     * @param [out] value the field
     * @param absent its value if it did not travel
     */
    template <typename T, typename... Checks>
    void Optional(const char* name,
                  const char* unit,
                  T& value,
                  const std::decay_t<T>& absent,
                  const Checks&... /* checks */)
    {
        if (m_left == 0)
        {
            value = absent;
            return;
        }
        (*this)(name, unit, value);
        m_isLastAbsent = value == absent;
    }

    /**
     * @tparam T an unsigned type
     * @return a number, 0 if the bytes do not suffice
     */
    template <typename T>
    T Integer()
    {
        uint64_t value = 0;
        if (Need(sizeof(T)))
        {
            for (std::size_t i = 0; i < sizeof(T); ++i)
            {
                value = value << 8 | m_bytes[i];
            }
            Skip(sizeof(T));
        }
        return static_cast<T>(value);
    }

    /**
     * @return whether the bytes are exactly the fields read, as FieldWriter writes them
     */
    bool IsComplete() const
    {
        return m_good && m_left == 0 && !m_isLastAbsent;
    }

  private:
    /**
     * @param [out] value a text, unchanged if the bytes do not suffice
     */
    void Text(std::string& value)
    {
        const auto size = Integer<uint16_t>();
        if (Need(size))
        {
            value.assign(m_bytes, m_bytes + size);
            Skip(size);
        }
    }

    /**
     * @return a number, 0 if the bytes do not suffice
     */
    double Double()
    {
        const auto bits = Integer<uint64_t>();
        double value;
        std::memcpy(&value, &bits, sizeof(value));
        return value;
    }

    /**
     * @param [out] value a cut
     */
    void Cut(std::vector<bool>& value)
    {
        const std::size_t count = Integer<uint32_t>();
        const auto size = (count + 7) / 8;
        if (!Need(size))
        {
            return;
        }
        value.resize(count);
        std::size_t i = 0;
        for (auto bit = value.begin(); bit != value.end(); ++bit, ++i)
        {
            *bit = (m_bytes[i / 8] & 0x80 >> i % 8) != 0;
        }
        if (count % 8 != 0 && (m_bytes[size - 1] & 0xff >> count % 8) != 0)
        {
            m_good = false;
        }
        Skip(size);
    }

    /**
     * @param size how many bytes are wanted
     * @return whether they are there
     */
    bool Need(std::size_t size)
    {
        m_good = m_good && size <= m_left;
        return m_good;
    }

    /**
     * @param size how many bytes were taken
     */
    void Skip(std::size_t size)
    {
        m_bytes += size;
        m_left -= size;
    }

    const uint8_t* m_bytes;     //!< the next byte
    std::size_t m_left;         //!< how many there are
    bool m_good{true};          //!< whether all is well so far
    bool m_isLastAbsent{false}; //!< whether the last field need not have traveled
};

} // namespace surgery
} // namespace ns3

#endif // WIRE_H
