#pragma once

#include <hdf5.h>

#include <utility>

namespace cortexpr::workbench {

/// Before the first call of the library's: failures are reported by exceptions, and nothing of it runs at the program's
/// exit, where it would crash on a file that couldn't be closed, as on a full disk.
inline void prepare_hdf5() {
    [[maybe_unused]] static const bool is_done = [] {
        ::H5dont_atexit();
        return ::H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    }();
}

/// An identifier of the library's, released at the end.
class hdf5_handle {
  public:
    hdf5_handle(hid_t id, herr_t (*release)(hid_t)) : id_(id), release_(release) {}
    hdf5_handle(hdf5_handle&& other) noexcept : id_(std::exchange(other.id_, -1)), release_(other.release_) {}
    hdf5_handle& operator=(hdf5_handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(release_, other.release_);
        return *this;
    }
    hdf5_handle(const hdf5_handle&) = delete;
    hdf5_handle& operator=(const hdf5_handle&) = delete;
    ~hdf5_handle() {
        if (id_ >= 0) release_(id_);
    }

    hid_t id() const { return id_; }
    bool close() { return release_(std::exchange(id_, -1)) >= 0; }
    explicit operator bool() const { return id_ >= 0; }

  private:
    hid_t id_;
    herr_t (*release_)(hid_t);
};

}  // namespace cortexpr::workbench
