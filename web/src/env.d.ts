/// <reference types="vite/client" />
import "vue-router"
import type { IconName } from "@/design/icons"
import type { PlaceId } from "@/api/types"

declare module "vue-router" {
  interface RouteMeta {
    /** Key of the page's name: the document title and what screen readers are told. */
    title: string
    /** The place whose mark is lit in the rail. */
    place?: PlaceId | "me"
    /** The section of the place, by its route name. */
    section?: string
    /** Opens without a sign-in. */
    open?: boolean
    /** Fills the window: no rail, no bar (the coach room). */
    bare?: boolean
    icon?: IconName
  }
}

declare module "vue" {
  // What falls through to the element that a component stands on.
  interface AllowedComponentProps {
    [aria: `aria-${string}`]: unknown
    id?: string
    lang?: string
    title?: string
  }
  interface HTMLAttributes {
    [data: `data-${string}`]: unknown
  }
}
