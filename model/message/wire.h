/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WIRE_H
#define WIRE_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Turns fields into bytes, as SurgeryHeader documents them.
 */
class WireWriter
{
  public:
    /**
     * @tparam T the field's type
     * @param value the field
     */
    template <typename T>
    void operator()(const char* /* name */, const T& value)
    {
        if constexpr (std::is_same_v<T, std::string>)
        {
            Integer(static_cast<uint16_t>(value.size()));
            m_bytes.insert(m_bytes.end(), value.begin(), value.end());
        }
        else if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            Integer(static_cast<uint32_t>(value.size()));
            const auto first = m_bytes.size();
            m_bytes.resize(first + (value.size() + 7) / 8);
            for (std::size_t i = 0; i < value.size(); ++i)
            {
                m_bytes[first + i / 8] |= value[i] ? 0x80 >> i % 8 : 0;
            }
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            Integer(static_cast<uint16_t>(value.size()));
            for (const auto element : value)
            {
                (*this)("", element);
            }
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            uint64_t bits;
            std::memcpy(&bits, &value, sizeof(bits));
            Integer(bits);
        }
        else if constexpr (std::is_enum_v<T>)
        {
            Integer(static_cast<uint8_t>(value));
        }
        else
        {
            Integer(static_cast<std::make_unsigned_t<T>>(value));
        }
    }

    /**
     * @tparam T an unsigned type
     * @param value a number, written with its highest byte first
     */
    template <typename T>
    void Integer(T value)
    {
        for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8)
        {
            m_bytes.push_back(static_cast<uint8_t>(value >> shift));
        }
    }

    /**
     * @return what was written
     */
    std::vector<uint8_t> Take()
    {
        return std::move(m_bytes);
    }

  private:
    std::vector<uint8_t> m_bytes; //!< what was written
};

/**
 * @ingroup dnn-surgery
 *
 * Turns bytes into fields, never reading beyond them.
 */
class WireReader
{
  public:
    /**
     * @param bytes where to start
     * @param size how many there are
     */
    WireReader(const uint8_t* bytes, std::size_t size)
        : m_bytes(bytes),
          m_left(size)
    {
    }

    /**
     * @tparam T the field's type
     * @param [out] value the field, unchanged if the bytes do not suffice
     */
    template <typename T>
    void operator()(const char* /* name */, T& value)
    {
        if constexpr (std::is_same_v<T, std::string>)
        {
            const auto size = Integer<uint16_t>();
            if (Need(size))
            {
                value.assign(m_bytes, m_bytes + size);
                Skip(size);
            }
        }
        else if constexpr (std::is_same_v<T, std::vector<bool>>)
        {
            Flags(value);
        }
        else if constexpr (std::is_same_v<T, std::vector<double>>)
        {
            const std::size_t count = Integer<uint16_t>();
            if (Need(count * sizeof(double)))
            {
                value.resize(count);
                for (auto& element : value)
                {
                    (*this)("", element);
                }
            }
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            const auto bits = Integer<uint64_t>();
            std::memcpy(&value, &bits, sizeof(bits));
        }
        else if constexpr (std::is_enum_v<T>)
        {
            value = static_cast<T>(Integer<uint8_t>());
        }
        else
        {
            value = static_cast<T>(Integer<std::make_unsigned_t<T>>());
        }
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
     * @return whether the fields read took exactly all the bytes
     */
    bool IsComplete() const
    {
        return m_good && m_left == 0;
    }

  private:
    /**
     * @param [out] value the flags of a cut
     */
    void Flags(std::vector<bool>& value)
    {
        const std::size_t count = Integer<uint32_t>();
        const auto size = (count + 7) / 8;
        if (!Need(size))
        {
            return;
        }
        value.resize(count);
        for (std::size_t i = 0; i < count; ++i)
        {
            value[i] = m_bytes[i / 8] & 0x80 >> i % 8;
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

    const uint8_t* m_bytes; //!< the next byte
    std::size_t m_left;     //!< how many there are
    bool m_good{true};      //!< whether all is well so far
};

} // namespace surgery
} // namespace ns3

#endif // WIRE_H
