//! Guides: the pages of the directory `docs/` that are about the client.

macro_rules! pages {
    ($($page:ident)*) => {$(
        // The links of the pages lead to files. These definitions of the same links come first, so rustdoc uses them.
        #[doc = include_str!("links.md")]
        #[doc = include_str!(concat!("../../docs/", stringify!($page), ".md"))]
        pub mod $page {}
    )*};
}

pages!(client cookbook);
